import type { Recorded } from '../../test/policy/record';

/** Terraform's names for the types of the corpus. A type that is not here is refused: a guess would scan nothing. */
const typeNames: Readonly<Record<string, string>> = {
  'aws:backup/plan:Plan': 'aws_backup_plan',
  'aws:backup/restoreTestingPlan:RestoreTestingPlan': 'aws_backup_restore_testing_plan',
  'aws:backup/restoreTestingSelection:RestoreTestingSelection': 'aws_backup_restore_testing_selection',
  'aws:backup/selection:Selection': 'aws_backup_selection',
  'aws:backup/vault:Vault': 'aws_backup_vault',
  'aws:backup/vaultLockConfiguration:VaultLockConfiguration': 'aws_backup_vault_lock_configuration',
  'aws:backup/vaultPolicy:VaultPolicy': 'aws_backup_vault_policy',
  'aws:cloudwatch/dashboard:Dashboard': 'aws_cloudwatch_dashboard',
  'aws:cloudwatch/logGroup:LogGroup': 'aws_cloudwatch_log_group',
  'aws:cloudwatch/metricAlarm:MetricAlarm': 'aws_cloudwatch_metric_alarm',
  'aws:dynamodb/table:Table': 'aws_dynamodb_table',
  'aws:ec2/natGateway:NatGateway': 'aws_nat_gateway',
  'aws:ec2/subnet:Subnet': 'aws_subnet',
  'aws:ec2/vpc:Vpc': 'aws_vpc',
  'aws:ec2/vpcEndpoint:VpcEndpoint': 'aws_vpc_endpoint',
  'aws:ecr/replicationConfiguration:ReplicationConfiguration': 'aws_ecr_replication_configuration',
  'aws:ecr/repository:Repository': 'aws_ecr_repository',
  'aws:ecs/service:Service': 'aws_ecs_service',
  'aws:ecs/taskDefinition:TaskDefinition': 'aws_ecs_task_definition',
  'aws:efs/backupPolicy:BackupPolicy': 'aws_efs_backup_policy',
  'aws:efs/fileSystem:FileSystem': 'aws_efs_file_system',
  'aws:efs/mountTarget:MountTarget': 'aws_efs_mount_target',
  'aws:efs/replicationConfiguration:ReplicationConfiguration': 'aws_efs_replication_configuration',
  'aws:elasticache/replicationGroup:ReplicationGroup': 'aws_elasticache_replication_group',
  'aws:elasticache/serverlessCache:ServerlessCache': 'aws_elasticache_serverless_cache',
  'aws:iam/rolePolicy:RolePolicy': 'aws_iam_role_policy',
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': 'aws_iam_role_policy_attachment',
  'aws:kms/key:Key': 'aws_kms_key',
  'aws:lb/loadBalancer:LoadBalancer': 'aws_lb',
  'aws:lb/targetGroup:TargetGroup': 'aws_lb_target_group',
  'aws:rds/cluster:Cluster': 'aws_rds_cluster',
  'aws:rds/clusterInstance:ClusterInstance': 'aws_rds_cluster_instance',
  'aws:rds/instance:Instance': 'aws_db_instance',
  'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication':
    'aws_db_instance_automated_backups_replication',
  'aws:rds/parameterGroup:ParameterGroup': 'aws_db_parameter_group',
  'aws:rds/snapshotCopy:SnapshotCopy': 'aws_db_snapshot_copy',
  'aws:rds/subnetGroup:SubnetGroup': 'aws_db_subnet_group',
  'aws:route53/healthCheck:HealthCheck': 'aws_route53_health_check',
  'aws:route53/record:Record': 'aws_route53_record',
  'aws:s3/bucket:Bucket': 'aws_s3_bucket',
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': 'aws_s3_bucket_lifecycle_configuration',
  'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration': 'aws_s3_bucket_object_lock_configuration',
  'aws:s3/bucketPolicy:BucketPolicy': 'aws_s3_bucket_policy',
  'aws:s3/bucketReplicationConfig:BucketReplicationConfig': 'aws_s3_bucket_replication_configuration',
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration':
    'aws_s3_bucket_server_side_encryption_configuration',
  'aws:s3/bucketVersioning:BucketVersioning': 'aws_s3_bucket_versioning',
  'aws:scheduler/schedule:Schedule': 'aws_scheduler_schedule',
  'aws:secretsmanager/secret:Secret': 'aws_secretsmanager_secret',
};

/** Properties that Pulumi renamed. Held against the provider's schema by hand: all others are the same in snake case. */
const renamed: Readonly<Record<string, string>> = {
  'aws:cloudwatch/metricAlarm:MetricAlarm.name': 'alarmName',
};

/** Properties that are maps; every other object is a block. */
const maps = new Set(['tags', 'dimensions']);

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const label = (name: string): string => name.replaceAll(/\W/g, '_').toLowerCase();

/** Pulumi names a repeated block in the plural. */
const singulars: Readonly<Record<string, string>> = {
  aliases: 'alias',
  attributes: 'attribute',
  copyActions: 'copy_action',
  destinations: 'destination',
  failoverRoutingPolicies: 'failover_routing_policy',
  parameters: 'parameter',
  replicas: 'replica',
  rules: 'rule',
  weightedRoutingPolicies: 'weighted_routing_policy',
};

function known(names: Readonly<Record<string, string>>, name: string): string {
  const found = names[name];
  if (found === undefined) throw new Error(`no Terraform name is known for ${name}`);
  return found;
}

/** Where a resource is looked up, and what goes before the names of all. */
interface Written {
  readonly byUrn: ReadonlyMap<string, Recorded>;
  readonly prefix: string;
}

const addressOf = ({ type, name }: Recorded, { prefix }: Written): string =>
  `${known(typeNames, type)}.${prefix}${label(name)}`;

/** As a recording makes it up. */
const madeArn = (name: string): string => `arn:aws:made:us-east-1:123456789012:${name}`;

/** By its value, the expression that reads it from another resource. */
type References = ReadonlyMap<string, string>;

function referencesTo(urns: readonly string[], written: Written): References {
  const found = new Map<string, string>();
  for (const source of urns.flatMap((urn) => written.byUrn.get(urn) ?? [])) {
    const { name, inputs } = source;
    const outputs = { name: `${name}-name`, ...inputs, id: `${name}-id`, arn: madeArn(name) };
    for (const [property, value] of Object.entries(outputs)) {
      if (typeof value === 'string') found.set(value, `${addressOf(source, written)}.${snake(property)}`);
    }
  }
  return found;
}

const quoted = (text: string): string => JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function json(text: string): unknown {
  try {
    return text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function expression(value: unknown, references: References): string {
  if (Array.isArray(value)) return `[${value.map((one) => expression(one, references)).join(', ')}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, one]) => `${quoted(key)} = ${expression(one, references)}`);
    return `{ ${entries.join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  const document = json(value);
  if (document !== undefined) return `jsonencode(${expression(document, references)})`;
  return references.get(value) ?? quoted(value);
}

function body(inputs: Readonly<Record<string, unknown>>, referencesOf: (property: string) => References): string[] {
  return Object.entries(inputs).flatMap(([property, value]) => {
    const references = referencesOf(property);
    const block = (name: string, inner: Record<string, unknown>): string[] => [
      `${name} {`,
      ...body(inner, () => references).map((line) => `  ${line}`),
      '}',
    ];
    const name = snake(property);
    if (Array.isArray(value) && value.every(isObject))
      return value.flatMap((one) => block(known(singulars, property), one));
    if (isObject(value) && !maps.has(property)) return block(name, value);
    return [`${name} = ${expression(value, references)}`];
  });
}

function resource(one: Recorded, written: Written): string {
  const [type, name] = addressOf(one, written).split('.');
  const provider = written.byUrn.get(one.provider);
  const inputs = Object.entries(one.inputs).map(([property, value]) => [
    renamed[`${one.type}.${property}`] ?? property,
    value,
  ]);
  const lines = [
    ...(provider === undefined ? [] : [`provider = aws.${label(provider.name)}`]),
    ...body(Object.fromEntries(inputs) as typeof one.inputs, (property) =>
      referencesTo(one.sources[property] ?? [], written),
    ),
    ...(one.protect ? ['lifecycle {', '  prevent_destroy = true', '}'] : []),
  ];
  return [`resource "${String(type)}" "${String(name)}" {`, ...lines.map((line) => `  ${line}`), '}'].join('\n');
}

function provider({ name, inputs }: Recorded): string {
  return `provider "aws" {\n  alias  = "${label(name)}"\n  region = ${expression(inputs['region'], new Map())}\n}`;
}

/**
 * A recorded program as it would be written for Terraform: resources joined by references where one flows
 * into another, and by nothing where a text only looks the same.
 * @param prefix of the name of every resource, for programs that are looked at together
 */
export function terraformOf(all: readonly Recorded[], prefix = ''): string {
  const written = { byUrn: new Map(all.map((one) => [one.urn, one])), prefix };
  const blocks = all.flatMap((one) => {
    if (one.type === 'pulumi:providers:aws') return [provider(one)];
    // Stacks and references to them are Pulumi's own.
    return one.type.startsWith('pulumi:') ? [] : [resource(one, written)];
  });
  return `${blocks.join('\n\n')}\n`;
}
