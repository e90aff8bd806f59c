/** Where the container listens, and keeps what must outlive it and what must not. */
export const aofPlace = { port: 6379, data: '/data', scratch: '/run/cache' } as const;
type Place = { readonly [Key in keyof typeof aofPlace]: string | number };

/**
 * How the container of a cache with an append-only file starts. Its image holds a shell, openssl and
 * valkey. The password comes by the environment and goes into a file that only the server reads:
 * arguments can be read by everybody.
 */
export function aofStart(hostName: string, { port, data, scratch }: Place = aofPlace): string {
  return `umask 077
cd ${scratch}
# The load balancer speaks TLS to us and does not ask who we are; it shows clients the real certificate.
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=cache -keyout tls.key -out tls.crt
# A cluster of one that has all slots from its first start on.
if [ ! -s ${data}/nodes.conf ]; then
  id=$(od -An -N20 -tx1 /dev/urandom | tr -d ' \\n')
  printf '%s :0@0 myself,master - 0 0 0 connected 0-16383\\nvars currentEpoch 0 lastVoteEpoch 0\\n' "$id" > ${data}/nodes.conf
fi
cat > server.conf <<END
port 0
tls-port ${port}
tls-cert-file ${scratch}/tls.crt
tls-key-file ${scratch}/tls.key
tls-ca-cert-file ${scratch}/tls.crt
tls-auth-clients no
tls-cluster yes
cluster-enabled yes
cluster-config-file ${data}/nodes.conf
cluster-announce-hostname ${hostName}
cluster-preferred-endpoint-type hostname
dir ${data}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy volatile-ttl
requirepass $REDIS_PASSWORD
END
unset REDIS_PASSWORD
exec valkey-server ${scratch}/server.conf
`;
}
