import type * as pulumi from '@pulumi/pulumi';
import { arn } from '../components/arn';
import { FailoverDns, type FailoverPlace } from '../components/failover-dns';
import type { Statement } from '../components/iam';
import { LoadBalancer } from '../components/load-balancer';
import { Service, type ServiceArgs } from '../components/service';
import { TaskCluster } from '../components/task-cluster';
import { failoverDns } from '../recovery/cadence';
import { signalKey } from '../recovery/sites';
import type { SiteConfig } from './config';
import type { Foundation } from './foundation';
import {
  apiPort,
  cacheSecret,
  databaseName,
  databaseSecret,
  databaseUser,
  healthPath,
  signalOf,
  witnesses,
} from './names';
import { maxApiTasks, type Running } from './roles';
import type { Stores } from './stores';

export interface Services {
  readonly loadBalancer: LoadBalancer;
  /** What must stand before the site may call itself what its role says. */
  readonly ready: pulumi.Resource[];
}

export function putUpServices(config: SiteConfig, foundation: Foundation, stores: Stores, running: Running): Services {
  const { network, provider } = foundation;
  const cluster = new TaskCluster('tasks', { clusterName: `agente-dr-${config.site}` }, { provider });
  const loadBalancer = new LoadBalancer(
    config.site,
    {
      vpcId: network.vpcId,
      subnetIds: network.publicSubnetIds,
      listenerPort: config.listenerPort,
      certificateArn: config.certificateArn,
      targetPort: apiPort,
      healthPath,
      taskSecurityGroupId: network.taskSecurityGroupId,
    },
    { provider },
  );
  const common = commonArgs(config, foundation, stores, cluster);
  const api = new Service('agente-api', apiArgs(config, common, loadBalancer, running), { provider });
  const keeper = new Service('keeper', keeperArgs(config, common), { provider });
  const dns = putUpDns(config, foundation, loadBalancer);
  return { loadBalancer, ready: [api.service, keeper.service, dns] };
}

type CommonArgs = Omit<ServiceArgs, 'image' | 'size' | 'tasks' | 'rollout'>;

/** What every task of the site is given. Nothing here depends on the role: a failover changes no task. */
function commonArgs(
  config: SiteConfig,
  { key, network, cacheToken, databasePassword }: Foundation,
  { database, cache }: Stores,
  cluster: TaskCluster,
): CommonArgs {
  return {
    accountId: config.accountId,
    region: config.region,
    cluster,
    keyArn: key.arn,
    subnetIds: network.privateSubnetIds,
    securityGroupId: network.taskSecurityGroupId,
    environment: {
      SITE: config.site,
      DATABASE_HOST: database.host,
      DATABASE_PORT: database.port.apply(String),
      DATABASE_NAME: databaseName,
      DATABASE_USER: databaseUser,
      REDIS_HOST: cache.host,
      REDIS_PORT: cache.port.apply(String),
    },
    secrets: { DATABASE_PASSWORD: databaseSecret, REDIS_PASSWORD: cacheSecret },
    startAfter: [
      database.instance,
      cache.group,
      cacheToken.version,
      ...(databasePassword === null ? [] : [databasePassword.version]),
    ],
  };
}

function apiArgs(config: SiteConfig, common: CommonArgs, balancer: LoadBalancer, { api }: Running): ServiceArgs {
  return {
    ...common,
    image: config.images.api,
    size: { cpu: 512, memory: 1024 },
    tasks: api.tasks,
    scaling: { min: api.minTasks, max: maxApiTasks },
    entrance: { targetGroupArn: balancer.targetGroupArn, port: apiPort },
    rollout: 'overlap',
    startAfter: [...common.startAfter, balancer.listener],
  };
}

/** One keeper on each site, always: the standby's reports what has been replayed. */
function keeperArgs(config: SiteConfig, common: CommonArgs): ServiceArgs {
  return {
    ...common,
    image: config.images.toolbox,
    command: ['keeper'],
    size: { cpu: 256, memory: 512 },
    tasks: 1,
    rollout: 'single',
    environment: {
      ...common.environment,
      GENERATION: String(config.generation),
      CONTROL_BUCKETS: witnesses(config)
        .map(({ region, bucket }) => `${region}=${bucket}`)
        .join(','),
    },
    rights: keeperRights(config),
  };
}

/** Read and write the witnesses' objects, and never delete one. Listing makes a missing object a 404 and not a 403. */
function keeperRights(config: SiteConfig): Statement[] {
  const buckets = witnesses(config).map(({ bucket }) => arn.bucket(bucket));
  return [
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: buckets.map((bucket) => `${bucket}/*`) },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: buckets },
  ];
}

function putUpDns(config: SiteConfig, { provider }: Foundation, loadBalancer: LoadBalancer): FailoverDns {
  const signal = signalOf(config);
  const answers: Readonly<Record<SiteConfig['site'], FailoverPlace>> = {
    primary: {
      place: 'first',
      signal: {
        bucketName: signal.bucket,
        region: signal.region,
        key: signalKey,
        checkInterval: failoverDns.checkInterval,
        failureThreshold: failoverDns.failureThreshold,
      },
    },
    dr: { place: 'second' },
  };
  return new FailoverDns(
    'dns',
    {
      domain: config.domain,
      zoneId: config.zoneId,
      setIdentifier: config.site,
      answer: answers[config.site],
      loadBalancer,
    },
    { provider },
  );
}
