import type { Fields } from '../fields';
import type { Made, Realisations, Scope } from '../realisation';
import type { Properties } from '../values';

type Recorded = (inputs: Fields, scope: Scope) => Made;

const arn = (scope: Scope, service: string, resource: string): string =>
  `arn:aws:${service}:${scope.region}:${scope.accountId}:${resource}`;

/** EC2 names everything by a prefix and seventeen digits. */
function ec2(prefix: string, resource: string, more: (inputs: Fields, scope: Scope) => Properties = () => ({})) {
  return (inputs: Fields, scope: Scope): Made => {
    const id = `${prefix}-0${scope.mark(16)}`;
    const own = { arn: arn(scope, 'ec2', `${resource}/${id}`), ownerId: scope.accountId };
    return { id, outputs: { ...own, ...more(inputs, scope) } };
  };
}

/** From the block for documentation (RFC 5737): an address that belongs to nobody. */
const publicAddress = (scope: Scope): string =>
  `198.51.100.${String(1 + (parseInt(scope.mark(2, 'address'), 16) % 254))}`;

/** A setting of a bucket that nobody on this machine acts on. */
const bucketSetting: Recorded = (inputs) => ({ id: inputs.text('bucket'), outputs: {} });

const named =
  (service: string, resource: (name: string) => string, more: (scope: Scope) => Properties = () => ({})): Recorded =>
  (inputs, scope) => {
    const name = inputs.text('name');
    return { id: name, outputs: { arn: arn(scope, service, resource(name)), ...more(scope) } };
  };

const network: Record<string, Recorded> = {
  'aws:ec2/vpc:Vpc': ec2('vpc', 'vpc', (_inputs, scope) => ({
    defaultNetworkAclId: `acl-0${scope.mark(16, 'acl')}`,
    defaultRouteTableId: `rtb-0${scope.mark(16, 'rtb')}`,
    defaultSecurityGroupId: `sg-0${scope.mark(16, 'sg')}`,
    dhcpOptionsId: `dopt-0${scope.mark(16, 'dopt')}`,
    mainRouteTableId: `rtb-0${scope.mark(16, 'rtb')}`,
    ipv6AssociationId: '',
  })),
  'aws:ec2/subnet:Subnet': ec2('subnet', 'subnet', () => ({ ipv6CidrBlockAssociationId: '' })),
  'aws:ec2/internetGateway:InternetGateway': ec2('igw', 'internet-gateway'),
  'aws:ec2/eip:Eip': (_inputs, scope) => {
    const id = `eipalloc-0${scope.mark(16)}`;
    const own = { allocationId: id, publicIp: publicAddress(scope), domain: 'vpc' };
    return { id, outputs: { ...own, arn: arn(scope, 'ec2', `elastic-ip/${id}`) } };
  },
  'aws:ec2/natGateway:NatGateway': (_inputs, scope) => {
    const outputs = { networkInterfaceId: `eni-0${scope.mark(16, 'eni')}`, publicIp: publicAddress(scope) };
    return { id: `nat-0${scope.mark(16)}`, outputs };
  },
  'aws:ec2/routeTable:RouteTable': ec2('rtb', 'route-table'),
  'aws:ec2/route:Route': (inputs, scope) => {
    const outputs = { origin: 'CreateRoute', state: 'active', instanceId: '', instanceOwnerId: '' };
    return { id: `r-${inputs.text('routeTableId')}${scope.mark(8)}`, outputs };
  },
  'aws:ec2/routeTableAssociation:RouteTableAssociation': (_inputs, scope) => ({
    id: `rtbassoc-0${scope.mark(16)}`,
    outputs: {},
  }),
  'aws:ec2/vpcEndpoint:VpcEndpoint': ec2('vpce', 'vpc-endpoint', (_inputs, scope) => ({
    state: 'available',
    prefixListId: `pl-${scope.mark(8, 'prefixes')}`,
    cidrBlocks: [],
    dnsEntries: [],
    networkInterfaceIds: [],
    requesterManaged: false,
  })),
  'aws:ec2/securityGroup:SecurityGroup': ec2('sg', 'security-group'),
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': securityGroupRule,
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': securityGroupRule,
  'aws:ec2/flowLog:FlowLog': ec2('fl', 'vpc-flow-log'),
};

function securityGroupRule(_inputs: Fields, scope: Scope): Made {
  const id = `sgr-0${scope.mark(16)}`;
  return { id, outputs: { arn: arn(scope, 'ec2', `security-group-rule/${id}`), securityGroupRuleId: id } };
}

const access: Record<string, Recorded> = {
  'aws:kms/key:Key': (_inputs, scope) => {
    const id = scope.mark(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return { id, outputs: { keyId: id, arn: arn(scope, 'kms', `key/${id}`) } };
  },
  'aws:kms/alias:Alias': (inputs, scope) => {
    const [name, target] = [inputs.text('name'), inputs.text('targetKeyId')];
    const targetKeyArn = target.startsWith('arn:') ? target : arn(scope, 'kms', `key/${target}`);
    return { id: name, outputs: { arn: arn(scope, 'kms', name), targetKeyArn } };
  },
  'aws:iam/role:Role': (inputs, scope) => {
    const name = inputs.text('name');
    const path = inputs.optionalText('path') ?? '/';
    const uniqueId = `AROA${scope.mark(17).toUpperCase()}`;
    const outputs = { arn: `arn:aws:iam::${scope.accountId}:role${path}${name}`, uniqueId };
    return { id: name, outputs: { ...outputs, createDate: new Date().toISOString() } };
  },
  'aws:iam/rolePolicy:RolePolicy': (inputs) => ({ id: `${inputs.text('role')}:${inputs.text('name')}`, outputs: {} }),
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': (inputs) => ({
    id: `${inputs.text('role')}/${inputs.text('policyArn')}`,
    outputs: {},
  }),
  'aws:cloudwatch/logGroup:LogGroup': named('logs', (name) => `log-group:${name}`),
};

const storage: Record<string, Recorded> = {
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': bucketSetting,
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': bucketSetting,
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': bucketSetting,
  'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration': bucketSetting,
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': bucketSetting,
  'aws:rds/subnetGroup:SubnetGroup': named(
    'rds',
    (name) => `subgrp:${name}`,
    () => ({
      supportedNetworkTypes: ['IPV4'],
      vpcId: '',
    }),
  ),
  'aws:elasticache/subnetGroup:SubnetGroup': named(
    'elasticache',
    (name) => `subnetgroup:${name}`,
    () => ({
      vpcId: '',
    }),
  ),
  'aws:elasticache/parameterGroup:ParameterGroup': named('elasticache', (name) => `parametergroup:${name}`),
};

const vaultSetting: Recorded = (inputs, scope) => {
  const name = inputs.text('backupVaultName');
  return { id: name, outputs: { backupVaultArn: arn(scope, 'backup', `backup-vault:${name}`) } };
};

const backups: Record<string, Recorded> = {
  'aws:backup/vault:Vault': named(
    'backup',
    (name) => `backup-vault:${name}`,
    () => ({ recoveryPoints: 0 }),
  ),
  'aws:backup/vaultLockConfiguration:VaultLockConfiguration': vaultSetting,
  'aws:backup/vaultPolicy:VaultPolicy': vaultSetting,
  'aws:backup/plan:Plan': (_inputs, scope) => {
    const id = scope.mark(32);
    return { id, outputs: { arn: arn(scope, 'backup', `backup-plan:${id}`), version: scope.mark(32, 'version') } };
  },
  'aws:backup/selection:Selection': (_inputs, scope) => ({ id: scope.mark(32), outputs: {} }),
  'aws:backup/restoreTestingPlan:RestoreTestingPlan': (inputs, scope) => {
    const name = inputs.text('name');
    const resource = `restore-testing-plan:${name}-${scope.mark(32)}`;
    return { id: name, outputs: { arn: arn(scope, 'backup', resource) } };
  },
  'aws:backup/restoreTestingSelection:RestoreTestingSelection': (inputs) => ({ id: inputs.text('name'), outputs: {} }),
};

const fileSystemSetting: Recorded = (inputs) => ({ id: inputs.text('fileSystemId'), outputs: {} });

const tasks: Record<string, Recorded> = {
  'aws:ecr/lifecyclePolicy:LifecyclePolicy': (inputs, scope) => ({
    id: inputs.text('repository'),
    outputs: { registryId: scope.accountId },
  }),
  'aws:efs/backupPolicy:BackupPolicy': fileSystemSetting,
  'aws:efs/fileSystemPolicy:FileSystemPolicy': fileSystemSetting,
};

const service: Record<string, Recorded> = {
  'aws:ecs/cluster:Cluster': (inputs, scope) => {
    const id = arn(scope, 'ecs', `cluster/${inputs.text('name')}`);
    return { id, outputs: { arn: id } };
  },
  'aws:appautoscaling/policy:Policy': (inputs, scope) => {
    const name = inputs.text('name');
    const place = `resource/ecs/${inputs.text('resourceId')}:policyName/${name}`;
    const policyArn = arn(scope, 'autoscaling', `scalingPolicy:${scope.mark(32)}:${place}`);
    return { id: name, outputs: { arn: policyArn, alarmArns: [] } };
  },
};

const watch: Record<string, Recorded> = {
  'aws:cloudwatch/metricAlarm:MetricAlarm': named('cloudwatch', (name) => `alarm:${name}`),
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': (inputs, scope) => {
    const name = inputs.text('alarmName');
    return { id: name, outputs: { arn: arn(scope, 'cloudwatch', `alarm:${name}`) } };
  },
  // Of the account, and not of a region.
  'aws:cloudwatch/dashboard:Dashboard': (inputs, scope) => {
    const name = inputs.text('dashboardName');
    return { id: name, outputs: { dashboardArn: `arn:aws:cloudwatch::${scope.accountId}:dashboard/${name}` } };
  },
  'aws:sns/topic:Topic': (inputs, scope) => {
    const id = arn(scope, 'sns', inputs.text('name'));
    return { id, outputs: { arn: id, owner: scope.accountId, beginningArchiveTime: '' } };
  },
  'aws:sns/topicPolicy:TopicPolicy': (inputs, scope) => ({
    id: inputs.text('arn'),
    outputs: { owner: scope.accountId },
  }),
};

/** Types that are written down and diffed, and that nobody on this machine acts on. */
export const recorded: Realisations = Object.fromEntries(
  Object.entries({ ...network, ...access, ...storage, ...backups, ...tasks, ...service, ...watch }).map(
    ([type, create]) => [type, { create }],
  ),
);
