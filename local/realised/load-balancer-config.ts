import type { Endpoint } from '../api';
import { ruleLines, type Rule } from './load-balancer-rules';

/** Targets that one group may hold; places are written beforehand, because a place can be filled without a reload. */
export const placesPerGroup = 12;

export interface TargetGroup {
  readonly name: string;
  readonly healthPath: string;
  readonly healthIntervalSeconds: number;
  readonly healthyThreshold: number;
}

export interface Listener {
  readonly arn: string;
  readonly loadBalancer: string;
  readonly port: number;
  readonly tls: boolean;
  /** Where a request goes that no rule has taken: a target group by name, or this answer. */
  readonly otherwise: string | { readonly answer: number };
}

export interface Topology {
  readonly address: string;
  readonly domain: string;
  /** File with certificate and key. */
  readonly certificate: string;
  readonly listeners: readonly Listener[];
  readonly rules: readonly Rule[];
  /** File in which HAProxy finds what each rule has chosen. */
  readonly ruleMap: string;
  readonly groups: readonly TargetGroup[];
  /** Group -> what stands in its places now. */
  readonly places: (group: string) => readonly (Endpoint | null)[];
}

export const placeName = (index: number): string => `t${String(index + 1)}`;

/** HAProxy's configuration for the load balancers of a region: a frontend per listener, a backend per target group. */
export function loadBalancerConfig(topology: Topology): string {
  const used = groupsInUse(topology);
  // ALB closes an idle connection after 60 s, and takes a target out after two failed checks.
  return `defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout http-request 10s
  timeout http-keep-alive 60s
  retries 3
  option redispatch 1
  retry-on conn-failure
  option forwardfor
  balance roundrobin
${topology.listeners.map((listener) => frontend(topology, listener)).join('')}${topology.groups
    .filter((group) => used.has(group.name))
    .map((group) => backend(topology, group))
    .join('')}`;
}

/** Also those that have no guests at the moment: they get theirs without a reload of places. */
export function groupsInUse({ listeners, rules }: Pick<Topology, 'listeners' | 'rules'>): ReadonlySet<string> {
  const ends = listeners.flatMap(({ otherwise }) => (typeof otherwise === 'string' ? [otherwise] : []));
  return new Set([...ends, ...rules.flatMap(({ groups }) => groups)]);
}

function frontend(topology: Topology, listener: Listener): string {
  const tls = listener.tls ? ` ssl crt ${topology.certificate}` : '';
  const { otherwise } = listener;
  const name = `${listener.loadBalancer}-${String(listener.port)}`;
  return `frontend ${name}
  bind ${topology.address}:${String(listener.port)}${tls}
${ruleLines(
  topology.rules.filter((rule) => rule.listener === listener.arn),
  topology.ruleMap,
)}  default_backend ${typeof otherwise === 'string' ? otherwise : `${name}-answer`}
${typeof otherwise === 'string' ? '' : answer(name, otherwise.answer)}`;
}

/** A rule of the frontend itself would answer before any other rule is asked. */
function answer(frontendName: string, status: number): string {
  return `backend ${frontendName}-answer
  http-request return status ${String(status)} content-type text/plain
`;
}

function backend(topology: Topology, group: TargetGroup): string {
  const { healthPath, healthIntervalSeconds, healthyThreshold } = group;
  const interval = `inter ${String(healthIntervalSeconds)}s`;
  const places = topology.places(group.name).map((target, index) => {
    const where = target === null ? `${topology.address}:1` : `${target.host}:${String(target.port)}`;
    return `  server ${placeName(index)} ${where} check${target === null ? ' disabled' : ''}\n`;
  });
  return `backend ${group.name}
  option httpchk
  http-check send meth GET uri ${healthPath} ver HTTP/1.1 hdr Host ${topology.domain}
  http-check expect status 200
  timeout check 2s
  default-server ${interval} fall 2 rise ${String(healthyThreshold)} fastinter 1s
${places.join('')}`;
}
