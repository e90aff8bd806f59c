import type * as aws from '@pulumi/aws';
import { RecoveryAlarms, type AlarmPlan } from '../components/recovery-alarms';
import type { Entrance } from '../components/entrance';
import type { LoadBalancer } from '../components/load-balancer';
import { copyRule } from '../components/vault-replication';
import { ageMetrics, type AgeMetric } from '../recovery/ages';
import type { AlarmThreshold } from '../recovery/alarm';
import { duration, Duration } from '../recovery/duration';
import { bucketName, databaseDatasets } from '../recovery/sites';
import { alarmThresholds } from '../recovery/thresholds';
import type { SiteConfig } from './config';
import { putUpDashboard, type FigureAlarm } from './dashboard';
import { cacheIdentifier, ownDatabase } from './names';

type Metric = Omit<FigureAlarm, 'id' | 'dataset' | 'metric' | 'description' | 'threshold' | 'period' | 'periods'>;

const minute = duration('1m');
const mebibyte = 2 ** 20;

/** What CloudWatch is asked for each kind of threshold, and what its silence means. */
const metrics: Readonly<Record<AlarmThreshold['metric'], (config: SiteConfig, dataset: string) => Metric>> = {
  'replica-lag': (config, dataset) => ({
    ...databaseMetric(config, dataset, 'ReplicaLag'),
    raisedWhen: 'above',
    // A replica that says nothing follows nobody.
    missing: 'breaching',
    speaks: 'when-standby',
  }),
  'slot-lag': (config, dataset) => ({
    ...databaseMetric(config, dataset, 'OldestReplicationSlotLag'),
    raisedWhen: 'above',
    // Written only while there is a replica; that there is none is said by the replica's own site.
    missing: 'notBreaching',
    speaks: 'when-active',
  }),
  'free-storage': (config, dataset) => ({
    ...databaseMetric(config, dataset, 'FreeStorageSpace'),
    statistic: 'Minimum',
    raisedWhen: 'below',
    missing: 'breaching',
    speaks: 'always',
  }),
  'durability-lag': (config) => ({
    namespace: 'AWS/ElastiCache',
    metricName: 'DurabilityLag',
    dimensions: { ReplicationGroupId: cacheIdentifier(config) },
    statistic: 'Maximum',
    raisedWhen: 'above',
    // Written only where there are writes.
    missing: 'notBreaching',
    speaks: 'always',
  }),
  'replication-latency': (config) => ({
    ...vaultMetric(config, 'ReplicationLatency'),
    statistic: 'Maximum',
  }),
  'backup-age': (_config, dataset) => ageMetric('backup-age', dataset),
  'validation-age': (_config, dataset) => ageMetric('validation-age', dataset),
};

function databaseMetric(
  config: SiteConfig,
  name: string,
  metricName: string,
): Pick<Metric, 'namespace' | 'metricName' | 'dimensions' | 'statistic'> {
  const dataset = databaseDatasets.find((known) => known === name);
  if (dataset === undefined) throw new RangeError(`${metricName} is asked of ${name}, which is no database`);
  return {
    namespace: 'AWS/RDS',
    metricName,
    dimensions: { DBInstanceIdentifier: ownDatabase(config, dataset) },
    statistic: 'Maximum',
  };
}

/** S3 writes these only while there is something to copy. */
function vaultMetric({ accountId, region, peerRegion }: SiteConfig, metricName: string): Omit<Metric, 'statistic'> {
  return {
    namespace: 'AWS/S3',
    metricName,
    dimensions: {
      SourceBucket: bucketName('vault', accountId, region),
      DestinationBucket: bucketName('vault', accountId, peerRegion),
      RuleId: copyRule,
    },
    raisedWhen: 'above',
    missing: 'notBreaching',
    speaks: 'always',
  };
}

/** Measured by the keeper from the artefacts, every minute. That nobody measures is as bad as an old one. */
const ageMetric = (metric: AgeMetric, dataset: string): Metric => ({
  namespace: ageMetrics.namespace,
  metricName: ageMetrics.names[metric],
  dimensions: { [ageMetrics.dimension]: dataset },
  statistic: 'Maximum',
  raisedWhen: 'above',
  missing: 'breaching',
  speaks: 'when-active',
});

/** A time in seconds, a size in bytes: as CloudWatch counts. */
const inUnits = (threshold: Duration | number): number =>
  threshold instanceof Duration ? threshold.toWholeSeconds() : threshold * mebibyte;

/** Where the cache is a task with a file, there is no durable log to lag. */
const appliesTo = ({ cachePersistence }: SiteConfig, { metric }: AlarmThreshold): boolean =>
  metric !== 'durability-lag' || cachePersistence === 'elasticache-durable';

/** The alarms of the promise. */
function derived(config: SiteConfig): FigureAlarm[] {
  return alarmThresholds
    .filter((threshold) => appliesTo(config, threshold))
    .map(({ id, dataset, metric, threshold, sustained, why }) => ({
      id,
      dataset,
      metric,
      description: `${dataset}: ${why}`,
      threshold: inUnits(threshold),
      period: minute,
      periods: sustained.toWholeMinutes(),
      ...metrics[metric](config, dataset),
    }));
}

/** What has no threshold in time or size: it is there or it is not. */
function presence(config: SiteConfig, balancer: LoadBalancer, entrance: Entrance): AlarmPlan[] {
  return [
    {
      id: 'vault-copies-failed',
      description: 'recovery points did not reach the other region and are not tried again',
      ...vaultMetric(config, 'OperationsFailedReplication'),
      statistic: 'Sum',
      threshold: 0,
      period: minute,
      periods: 1,
    },
    {
      id: 'agente-api-unhealthy',
      description: 'no task of agente-api answers guests',
      namespace: 'AWS/ApplicationELB',
      metricName: 'HealthyHostCount',
      dimensions: { LoadBalancer: balancer.arnSuffix, TargetGroup: entrance.targetGroupSuffix },
      statistic: 'Minimum',
      raisedWhen: 'below',
      threshold: 1,
      period: minute,
      periods: 2,
      missing: 'breaching',
      speaks: 'when-active',
    },
  ];
}

/** Of the alarms of a site that stands by, those without which it cannot take over. */
const neededForTakeover: readonly AlarmThreshold['metric'][] = ['replica-lag', 'free-storage', 'replication-latency'];

export function putUpAlarms(
  config: SiteConfig,
  { topicArn, balancer, entrance }: { topicArn: AlarmTopic; balancer: LoadBalancer; entrance: Entrance },
  provider: aws.Provider,
): RecoveryAlarms {
  const needed = alarmThresholds.filter(({ metric }) => neededForTakeover.includes(metric)).map(({ id }) => id);
  const [figures, others] = [derived(config), presence(config, balancer, entrance)];
  putUpDashboard(config, figures, others, provider);
  return new RecoveryAlarms(
    'alarms',
    {
      topicArn,
      alarms: [...figures, ...others],
      active: config.role === 'active',
      notReady: [...needed, 'vault-copies-failed'],
    },
    { provider },
  );
}

type AlarmTopic = ConstructorParameters<typeof RecoveryAlarms>[1]['topicArn'];
