import { Entrance, type EntranceArgs } from '../components/entrance';
import type { LoadBalancer } from '../components/load-balancer';
import { Service } from '../components/service';
import { duration } from '../recovery/duration';
import type { SiteConfig } from './config';
import type { Foundation } from './foundation';
import { healthPath } from './names';
import { witnessReaderRights } from './rights';
import { maxApiTasks, type Running } from './roles';
import type { Stores } from './stores';
import { onlyPms, witnessList, type CommonArgs } from './task-args';

/** Long enough for a bad version to show, and short enough to wait for. */
const bake = duration('5m');

/** Where guests come in; a narrower path is asked before a wider one. */
const entrances = {
  'agente-api': { paths: ['/*'], priority: 1_000, port: 8_000 },
  pms: { paths: ['/pms/*'], priority: 100, port: 8_080 },
  whatsapp: { paths: ['/webhooks/whatsapp*'], priority: 200, port: 8_000 },
} as const satisfies Record<string, Pick<EntranceArgs, 'paths' | 'priority' | 'port'>>;

type GuestService = keyof typeof entrances;

export interface GuestServices {
  readonly apiEntrance: Entrance;
  readonly services: readonly Service[];
}

/** What guests and their messages reach: each behind its own two target groups of the one load balancer. */
export function putUpGuestServices(
  config: SiteConfig,
  foundation: Foundation,
  stores: Stores,
  common: CommonArgs,
  balancer: LoadBalancer,
  running: Running,
): GuestServices {
  const { provider } = foundation;
  const entrance = (name: GuestService): Entrance => putUpEntrance(name, foundation, balancer);
  const reached = (name: GuestService, place: Entrance, given = common) => ({
    ...given,
    port: entrances[name].port,
    rollout: { kind: 'blue-green', entrance: place, bake } as const,
    startAfter: [...given.startAfter, ...place.ready],
  });
  const apiEntrance = entrance('agente-api');
  const api = new Service(
    'agente-api',
    {
      ...reached('agente-api', apiEntrance),
      image: config.images.api,
      size: { cpu: 512, memory: 1024 },
      tasks: running.api.tasks,
      scaling: { min: running.api.minTasks, max: maxApiTasks },
    },
    { provider },
  );
  const whatsapp = new Service(
    'whatsapp',
    {
      ...reached('whatsapp', entrance('whatsapp')),
      image: config.images.whatsapp,
      size: { cpu: 256, memory: 512 },
      tasks: running.whatsapp.tasks,
      // Messages to guests are held until the witnesses say that this site has been reconciled.
      environment: { ...common.environment, CONTROL_BUCKETS: witnessList(config) },
      rights: witnessReaderRights(config),
    },
    { provider },
  );
  const pms = new Service(
    'pms',
    {
      ...reached('pms', entrance('pms'), onlyPms(config, common, foundation, stores)),
      image: config.images.pms,
      size: { cpu: 512, memory: 1024 },
      tasks: running.pms.tasks,
      // PHP's sessions and QloApps' own cache; what matters is in the database.
      scratch: ['/tmp', '/var/www/cache'],
    },
    { provider },
  );
  return { apiEntrance, services: [api, whatsapp, pms] };
}

function putUpEntrance(name: GuestService, { network, provider }: Foundation, balancer: LoadBalancer): Entrance {
  return new Entrance(
    name,
    {
      ...entrances[name],
      balancer,
      vpcId: network.vpcId,
      healthPath,
      taskSecurityGroupId: network.taskSecurityGroupId,
    },
    { provider },
  );
}
