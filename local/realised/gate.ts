import { setTimeout as pause } from 'node:timers/promises';
import type { Endpoint } from '../api';
import { machineRegions } from '../machine';
import type { Part, RegionContext } from '../supervisor/part';
import { accepts, Haproxy, presentedCertificate } from './haproxy';
import { storePort } from './store-client';

/** Name of what stands outside all regions; its gate is the operator's. */
const outside = 'global';
/** How long a region waits at its start for the link to be there. */
const linkLimitMs = 30_000;
/** How long the operator's gate waits for the stores of all regions, which start at the same moment. */
const storeLimitMs = 5_000;

/**
 * The door of a region to all object stores: one address for the plain AWS SDK, which signs each
 * request for a region. The own region's store is behind the door, those of others behind the link.
 */
export function gate(context: RegionContext): Part<never> {
  const haproxy = new Haproxy(context, 'gate', 'gate', 500);
  const listen = { host: context.address, port: context.machine.file.storePort };
  return {
    calls: {},
    start: async () => {
      const certificate = presentedCertificate(context, context.folder('gate'));
      const stores = await storeRoutes(context);
      // A door that opens before there is anything behind it takes that for dead at first.
      if (context.region === outside) await Promise.all([...stores.values()].map(untilAccepting));
      await haproxy.apply(gateConfig(context, listen, certificate, stores), listen);
    },
    status: () => [
      {
        kind: 'gate',
        name: context.region,
        state: haproxy.state,
        pid: haproxy.pid,
        detail: `https://${listen.host}:${String(listen.port)}`,
      },
    ],
    stop: () => haproxy.stop(),
  };
}

/** Region -> where its store is reached from here. */
async function storeRoutes(context: RegionContext): Promise<ReadonlyMap<string, Endpoint>> {
  const regions = Object.values(machineRegions);
  const reached = regions.map(async (region) => {
    const target = { host: context.machine.address(region), port: storePort(context.machine) };
    const direct = region === context.region || context.region === outside;
    return [region, direct ? target : await openLink(context, region, target)] as const;
  });
  return new Map(await Promise.all(reached));
}

/** All supervisors start at once, so the one that owns the link may not answer yet. */
async function openLink(context: RegionContext, to: string, target: Endpoint): Promise<Endpoint> {
  const deadline = Date.now() + linkLimitMs;
  for (;;) {
    try {
      return await context.call(outside, 'openLink', { from: context.region, to, target });
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(100);
    }
  }
}

async function untilAccepting({ host, port }: Endpoint): Promise<void> {
  const deadline = Date.now() + storeLimitMs;
  while (Date.now() < deadline && !(await accepts(host, port))) await pause(20);
}

function gateConfig(
  context: RegionContext,
  listen: Endpoint,
  certificate: string,
  stores: ReadonlyMap<string, Endpoint>,
): string {
  const regions = [...stores.keys()];
  const own = stores.has(context.region) ? context.region : machineRegions.primary;
  const bind = `${listen.host}:${String(listen.port)} ssl crt ${certificate}`;
  // A dead region is told from a slow one by checks, so that requests to it end at once and do not hang.
  return `defaults
  mode http
  timeout connect 1s
  timeout client 75s
  timeout server 75s
  timeout http-request 10s
  timeout check 1s
  retries 0
  option http-keep-alive
frontend gate
  bind ${bind}
  acl signed hdr(authorization) -m found
  acl signed url_param(X-Amz-Credential) -m found
${regions.map(signedRoute).join('')}${regions.map(anonymousRoute).join('')}  default_backend ${own}
${[...stores].map(([region, endpoint]) => store(context, region, endpoint)).join('')}`;
}

/** The credential scope names the region: KEY/DATE/REGION/s3/aws4_request. */
function signedRoute(region: string): string {
  return `  acl for_${region} hdr_sub(authorization) /${region}/s3/
  acl for_${region} url_param(X-Amz-Credential),url_dec -m sub /${region}/s3/
  use_backend ${region} if for_${region}
`;
}

/** Without a signature the host names bucket and region, or else the bucket's own name ends in the region's. */
function anonymousRoute(region: string): string {
  const host = `.s3.${region}.amazonaws.com`;
  return `  acl host_${region} req.hdr(host),field(1,:) -m end ${host}
  acl path_${region} path_reg ^/[^/]+-${region}(/|$)
  http-request set-path /%[req.hdr(host),field(1,:),regsub(${host.replaceAll('.', '\\.')}$,)]%[path] if !signed host_${region}
  use_backend ${region} if !signed host_${region}
  use_backend ${region} if !signed path_${region}
`;
}

function store(context: RegionContext, region: string, { host, port }: Endpoint): string {
  const authority = context.machine.authorityFile;
  return `backend ${region}
  server store ${host}:${String(port)} ssl verify required ca-file ${authority} check inter 2s fastinter 500ms downinter 250ms fall 3 rise 1 on-marked-down shutdown-sessions
`;
}
