import type * as pulumi from '@pulumi/pulumi';
import { AlertTopic } from '../components/alert-topic';
import { LoadBalancer } from '../components/load-balancer';
import { LogBucket } from '../components/log-bucket';
import { Service, type ServiceArgs } from '../components/service';
import type { TaskCluster } from '../components/task-cluster';
import { duration } from '../recovery/duration';
import { bucketName, siteGeneration } from '../recovery/sites';
import { putUpAlarms } from './alarms';
import type { SiteConfig } from './config';
import { generationsOf } from './database-config';
import { putUpDns } from './dns';
import type { Foundation } from './foundation';
import { putUpGuestServices } from './guest-services';
import { putUpMonitoring } from './monitoring';
import { alertTopic } from './names';
import { keeperRights } from './rights';
import type { Running } from './roles';
import { putUpSchedules } from './schedules';
import type { Stores } from './stores';
import { commonArgs, withPms, witnessList, type CommonArgs } from './task-args';
import { putUpToolbox, type Toolbox } from './toolbox';

/** As long as recovery points: what happened before an incident is asked for after it. */
const keepAccessLogs = duration('90d');

export interface Services {
  readonly cluster: TaskCluster;
  readonly loadBalancer: LoadBalancer;
  readonly toolbox: Toolbox;
  readonly topic: AlertTopic;
  /** What must stand before the site may call itself what its role says. */
  readonly ready: pulumi.Resource[];
}

export function putUpServices(config: SiteConfig, foundation: Foundation, stores: Stores, running: Running): Services {
  const { key, provider, toolboxImage } = foundation;
  const { accountId, region } = config;
  const { cluster } = stores;
  const loadBalancer = putUpLoadBalancer(config, foundation);
  const common = commonArgs(config, foundation, stores, cluster);
  const guests = putUpGuestServices(config, foundation, stores, common, loadBalancer, running);
  const inside = withPms(common, foundation, stores);
  const keeper = new Service('keeper', keeperArgs(config, inside, toolboxImage), { provider });
  putUpMonitoring(config, foundation, common, stores);
  const topic = new AlertTopic('alerts', { accountId, region, topicName: alertTopic, keyArn: key.arn }, { provider });
  const rights = { config, keyArn: key.arn, topicArn: topic.arn };
  const toolbox = putUpToolbox(config, inside, { rights, image: toolboxImage, files: stores.files }, provider);
  const schedules = putUpSchedules(config, common, toolbox, running, provider);
  const watched = { topicArn: topic.arn, balancer: loadBalancer, entrance: guests.apiEntrance };
  const alarms = putUpAlarms(config, watched, provider);
  const dns = putUpDns(config, foundation, loadBalancer);
  return {
    cluster,
    loadBalancer,
    toolbox,
    topic,
    ready: [...guests.services.map(({ service }) => service), keeper.service, schedules, alarms, dns],
  };
}

function putUpLoadBalancer(config: SiteConfig, { network, provider }: Foundation): LoadBalancer {
  const { accountId, region } = config;
  const logs = new LogBucket(
    'logs',
    { accountId, bucketName: bucketName('logs', accountId, region), keepFor: keepAccessLogs },
    { provider },
  );
  return new LoadBalancer(
    config.site,
    {
      region,
      vpcId: network.vpcId,
      subnetIds: network.publicSubnetIds,
      listenerPort: config.listenerPort,
      certificateArn: config.certificateArn,
      logs,
    },
    { provider },
  );
}

/** One keeper on each site, always: the standby's reports what has been replayed. */
function keeperArgs(config: SiteConfig, common: CommonArgs, image: pulumi.Input<string>): ServiceArgs {
  return {
    ...common,
    image,
    command: ['keeper'],
    size: { cpu: 256, memory: 512 },
    tasks: 1,
    rollout: { kind: 'single' },
    environment: {
      ...common.environment,
      GENERATION: String(siteGeneration(generationsOf(config.databases))),
      CONTROL_BUCKETS: witnessList(config),
    },
    rights: keeperRights({ config, keyArn: common.keyArn }),
  };
}
