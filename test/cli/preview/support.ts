import type { PlannedResource, Properties, StackPlan } from '../../../cli/preview/stack-plan';
import { jobs } from '../../../recovery/jobs';

/** A resource that stands and stays, unless told otherwise. */
export function resource(type: string, name: string, inputs: Properties, change: Partial<PlannedResource> = {}) {
  const urn = `urn:pulumi:x::agente-dr::${type}::${name}`;
  const standing = { urn, type, name, operation: 'same' as const, before: inputs, after: inputs, outputs: inputs };
  return { ...standing, changed: [], protectedBefore: false, protectedAfter: false, sources: {}, ...change };
}

export const databaseType = 'aws:rds/instance:Instance';
export const scheduleType = 'aws:scheduler/schedule:Schedule';
const copyType = 'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication';
const replicationType = 'aws:s3/bucketReplicationConfig:BucketReplicationConfig';
const arnOf = (identifier: string) => `arn:aws:rds:us-east-1:123456789012:db:${identifier}`;

const datasets = ['postgres', 'pms'] as const;

/** The active site as far as the worst case looks at it. */
export function primaryPlan(): StackPlan {
  return {
    stack: 'primary',
    resources: [
      resource('aws:ecs/service:Service', 'agente-api-service', { name: 'agente-api', desiredCount: 2 }),
      resource(replicationType, 'vault-replication', { rules: [{ status: 'Enabled' }] }),
      ...datasets.map((dataset) =>
        resource(databaseType, `${dataset}-g1`, {
          identifier: `agente-${dataset}-g1`,
          backupRetentionPeriod: 35,
          instanceClass: 'db.m7g.large',
          engineVersion: '1',
          storageType: 'gp3',
        }),
      ),
      ...Object.entries(jobs).map(([id, { schedule }]) =>
        resource(scheduleType, `backups-${id}`, {
          name: id,
          state: 'ENABLED',
          scheduleExpression: schedule.toAwsExpression(),
        }),
      ),
    ],
  };
}

/** The standby that belongs to it. */
export function drPlan(): StackPlan {
  return {
    stack: 'dr',
    resources: [
      resource('aws:ecs/service:Service', 'agente-api-service', { name: 'agente-api', desiredCount: 0 }),
      ...datasets.flatMap((dataset) => [
        resource(
          databaseType,
          `${dataset}-g1`,
          {
            identifier: `agente-${dataset}-g1`,
            replicateSourceDb: arnOf(`agente-${dataset}-g1`),
            instanceClass: 'db.m7g.large',
            storageType: 'gp3',
          },
          { outputs: { engineVersionActual: '1' } },
        ),
        resource(copyType, `${dataset}-copy`, {
          sourceDbInstanceArn: arnOf(`agente-${dataset}-g1`),
          retentionPeriod: 35,
        }),
      ]),
      ...Object.entries(jobs).map(([id, { schedule }]) =>
        resource(scheduleType, `backups-${id}`, {
          name: id,
          state: 'DISABLED',
          scheduleExpression: schedule.toAwsExpression(),
        }),
      ),
    ],
  };
}

/** The plan with one property of a resource changed. */
export function changed(plan: StackPlan, type: string, name: string, values: Properties): StackPlan {
  return {
    ...plan,
    resources: plan.resources.map((one) =>
      one.type === type && one.name === name
        ? { ...one, operation: 'update', after: { ...one.after, ...values }, changed: Object.keys(values) }
        : one,
    ),
  };
}

export function without(plan: StackPlan, type: string, name: string): StackPlan {
  return {
    ...plan,
    resources: plan.resources.map((one) =>
      one.type === type && one.name === name ? { ...one, operation: 'delete', after: null } : one,
    ),
  };
}
