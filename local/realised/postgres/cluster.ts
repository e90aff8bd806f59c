import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RegionContext } from '../../supervisor/part';
import { giveToServerUser, postgresProgram, serverUser } from '../../supervisor/programs';
import { openSession } from './session';

/** Where a replica gets its changes: a door of the link, and who it says it is. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly slot: string;
}

/** The files of one PostgreSQL server. */
export interface Cluster {
  readonly identifier: string;
  readonly port: number;
  readonly address: string;
  readonly home: string;
  readonly data: string;
  readonly socketDir: string;
  readonly passfile: string;
  readonly tlsDir: string;
}

export function clusterOf(context: RegionContext, identifier: string, port: number): Cluster {
  const home = path.join(context.dir, 'database', identifier);
  // A unix socket's path has at most 107 characters: the region's own folder would be too deep.
  const short = createHash('sha256').update(`${context.region}/${identifier}`).digest('hex').slice(0, 8);
  return {
    identifier,
    port,
    home,
    address: context.address,
    data: path.join(home, 'data'),
    socketDir: path.join(context.machine.dir, 's', short),
    passfile: path.join(home, 'pgpass'),
    tlsDir: context.machine.tlsDir,
  };
}

/** Empty folders for a server, whatever a half-done create left there. */
export function prepareFolders(context: RegionContext, cluster: Cluster): void {
  context.folder('database');
  for (const folder of [cluster.home, cluster.socketDir]) {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { mode: 0o700 });
    giveToServerUser(folder);
  }
}

export function removeFolders(cluster: Cluster): void {
  for (const folder of [cluster.home, cluster.socketDir]) fs.rmSync(folder, { recursive: true, force: true });
}

export function writeOwned(file: string, text: string): void {
  fs.writeFileSync(file, text, { mode: 0o600 });
  giveToServerUser(file);
}

function settings(cluster: Cluster, upstream: Upstream | null): Record<string, string | number> {
  const tls = (name: string) => path.join(cluster.tlsDir, name);
  const streaming =
    upstream === null
      ? {}
      : {
          primary_conninfo:
            `host=${upstream.host} port=${String(upstream.port)} user=${upstream.user} passfile=${cluster.passfile} ` +
            `sslmode=verify-full sslrootcert=${tls('ca.crt')} connect_timeout=5 application_name=${cluster.identifier}`,
          primary_slot_name: upstream.slot,
        };
  return {
    listen_addresses: cluster.address,
    port: cluster.port,
    unix_socket_directories: cluster.socketDir,
    cluster_name: cluster.identifier,
    ssl: 'on',
    ssl_cert_file: tls('server.crt'),
    ssl_key_file: tls('server.key'),
    password_encryption: 'scram-sha-256',
    max_connections: 100,
    shared_buffers: '64MB',
    min_wal_size: '80MB',
    wal_level: 'replica',
    max_wal_senders: 10,
    max_replication_slots: 10,
    // A standby that is gone must not fill the disk of the site that works.
    max_slot_wal_keep_size: '2GB',
    wal_sender_timeout: '10s',
    wal_receiver_timeout: '10s',
    wal_receiver_status_interval: '1s',
    wal_retrieve_retry_interval: '500ms',
    hot_standby: 'on',
    archive_mode: 'on',
    // Empty: segments wait until the repository can take them; automated backups set it.
    archive_command: '',
    // RDS closes a segment every 5 minutes; a drill is shorter than that.
    archive_timeout: '60s',
    log_line_prefix: '%m [%p] ',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...streaming,
  };
}

/** Writes the server's configuration anew: what it says is all that holds, apart from ALTER SYSTEM. */
export function configure(cluster: Cluster, upstream: Upstream | null): void {
  const lines = Object.entries(settings(cluster, upstream)).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`,
  );
  writeOwned(path.join(cluster.data, 'postgresql.conf'), `${lines.join('\n')}\n`);
}

function writeAccessRules(cluster: Cluster): void {
  const rules = [
    'local all postgres peer map=supervisor',
    'hostssl replication all 0.0.0.0/0 scram-sha-256',
    'hostssl all all 0.0.0.0/0 scram-sha-256',
  ];
  writeOwned(path.join(cluster.data, 'pg_hba.conf'), `${rules.join('\n')}\n`);
  const names = new Set([serverUser().name, process.getuid?.() === 0 ? 'root' : serverUser().name]);
  const map = [...names].map((name) => `supervisor ${name} postgres`);
  writeOwned(path.join(cluster.data, 'pg_ident.conf'), `${map.join('\n')}\n`);
}

export async function initialise(context: RegionContext, cluster: Cluster): Promise<void> {
  await context.run(postgresProgram('initdb'), [
    `--pgdata=${cluster.data}`,
    '--username=postgres',
    '--auth-local=peer',
    '--auth-host=scram-sha-256',
    '--data-checksums',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-instructions',
    // The server itself syncs; only the empty template need not survive a power cut.
    '--no-sync',
  ]);
  writeAccessRules(cluster);
  configure(cluster, null);
}

/** Copies the source through the link and makes the copy follow it. */
export async function cloneFrom(
  context: RegionContext,
  cluster: Cluster,
  upstream: Upstream,
  password: string,
): Promise<void> {
  const { host, port, user } = upstream;
  writeOwned(cluster.passfile, `${host}:${String(port)}:*:${user}:${password}\n`);
  await context.run(
    postgresProgram('pg_basebackup'),
    [
      `--pgdata=${cluster.data}`,
      `--host=${host}`,
      `--port=${String(port)}`,
      `--username=${user}`,
      '--no-password',
      '--checkpoint=fast',
      // In the one compressed stream: a second one would carry whole segments, padding included, over the link.
      '--wal-method=fetch',
      '--compress=server-lz4',
      '--no-sync',
    ],
    {
      env: {
        PGPASSFILE: cluster.passfile,
        PGSSLMODE: 'verify-full',
        PGSSLROOTCERT: path.join(cluster.tlsDir, 'ca.crt'),
        PGCONNECT_TIMEOUT: '10',
      },
    },
  );
  writeAccessRules(cluster);
  // What the source was told by ALTER SYSTEM (its archive above all) is not the copy's.
  writeOwned(path.join(cluster.data, 'postgresql.auto.conf'), '');
  configure(cluster, upstream);
  writeOwned(path.join(cluster.data, 'standby.signal'), '');
}

export async function isAnswering(cluster: Cluster): Promise<boolean> {
  const session = await openSession(cluster);
  await session.end();
  return true;
}
