import * as assert from 'node:assert/strict';
import { failoverChanges } from '../../infra/failover-table';
import { provisions } from '../../infra/roles';
import { putUpSite } from '../../infra/site';
import { duration } from '../../recovery/duration';
import type { Site } from '../../recovery/sites';
import { ask, document, only, type Asked } from '../components/support';
import { shippedConfig } from './support';

const site = (stack: Site, changes: Readonly<Record<string, string>> = {}): Promise<Asked[]> =>
  ask(() => putUpSite(shippedConfig(stack, changes)), stack);

const key = ({ type, name }: Asked): string => `${type} ${name}`;
const named = (asked: readonly Asked[]): string[] => asked.map(key).sort();

interface Container {
  readonly name: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly command?: readonly string[];
}

const container = (asked: readonly Asked[], service: string): Container =>
  (
    document(only(asked, 'aws:ecs/taskDefinition:TaskDefinition', `${service}-task`), 'containerDefinitions') as [
      Container,
    ]
  )[0];

describe('a site', function () {
  this.timeout(60_000);
  let primary: Asked[];
  let standby: Asked[];
  let active: Asked[];
  before(async () => {
    primary = await site('primary');
    standby = await site('dr');
    active = await site('dr', { 'agente-dr:role': 'active' });
  });

  it('has the same resources as standby and as active', () => {
    assert.deepEqual(named(active), named(standby));
  });

  it('differs between standby and active by the table alone, and by all of it', () => {
    const seen = new Set<string>();
    for (const before of standby) {
      const after = active.find((one) => key(one) === key(before));
      assert.ok(after);
      for (const property of new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)])) {
        if (JSON.stringify(before.inputs[property]) === JSON.stringify(after.inputs[property])) continue;
        assert.ok(failoverChanges[before.type]?.includes(property), `${key(before)}: ${property}`);
        seen.add(`${before.type} ${property}`);
      }
    }
    const table = Object.entries(failoverChanges).flatMap(([type, list]) => list.map((name) => `${type} ${name}`));
    assert.deepEqual([...seen].sort(), table.sort());
  });

  it('stands in dr alone: one provider, of its own region and account', () => {
    const providers = standby.filter(({ type }) => type === 'pulumi:providers:aws');
    assert.deepEqual(
      providers.map(({ inputs }) => [inputs['region'], inputs['allowedAccountIds']]),
      [['us-west-2', '["123456789012"]']],
    );
    const strangers = standby.filter(({ inputs, type }) => 'region' in inputs && type !== 'pulumi:providers:aws');
    assert.deepEqual(named(strangers), []);
  });

  it('has the third witness in the primary stack, with a provider of its own', () => {
    const providers = primary.filter(({ type }) => type === 'pulumi:providers:aws');
    assert.deepEqual(providers.map(({ inputs }) => inputs['region']).sort(), ['us-east-1', 'us-east-2']);
    const buckets = primary.filter(({ type }) => type === 'aws:s3/bucket:Bucket').map(({ inputs }) => inputs['bucket']);
    assert.ok(buckets.includes('agente-dr-control-123456789012-us-east-2'));
  });

  it('asks for no stack but itself, and for nothing at all by lookup', () => {
    // The support throws on every invoke; a reference would be a resource.
    assert.deepEqual(
      [...primary, ...standby].filter(({ type }) => type.includes('StackReference')),
      [],
    );
  });

  it('has ground and no stores as foundation', async () => {
    const foundation = await site('dr', { 'agente-dr:role': 'foundation' });
    const all = named(standby);
    for (const one of named(foundation)) assert.ok(all.includes(one), one);
    for (const absent of ['rds/instance', 'ecs/service', 'route53/record', 's3/bucketReplicationConfig']) {
      assert.deepEqual(
        foundation.filter(({ type }) => type.includes(absent)),
        [],
        absent,
      );
    }
  });

  it('makes the password of the database where the database was born, and copies it under the key of the other site', () => {
    const secret = only(primary, 'aws:secretsmanager/secret:Secret', 'database-password-secret');
    assert.deepEqual(secret.inputs['replicas'], [{ region: 'us-west-2', kmsKeyId: 'alias/agente-dr-dr' }]);
    assert.deepEqual(
      standby.filter(({ type }) => type === 'random:index/randomPassword:RandomPassword').map(({ name }) => name),
      ['cache-token-password'],
    );
  });

  it('has an empty secret for the key that opens recovery points, copied like the passwords and filled by nobody here', () => {
    const secret = only(primary, 'aws:secretsmanager/secret:Secret', 'backup-identity-secret');
    assert.equal(secret.inputs['name'], 'agente-dr-keys/backup-identity');
    assert.deepEqual(secret.inputs['replicas'], [{ region: 'us-west-2', kmsKeyId: 'alias/agente-dr-dr' }]);
    const versions = primary.filter(({ type }) => type === 'aws:secretsmanager/secretVersion:SecretVersion');
    assert.equal(
      versions.some(({ parent }) => parent === 'backup-identity'),
      false,
    );
    assert.deepEqual(
      standby.filter(({ name }) => name.startsWith('backup-identity')),
      [],
    );
  });

  it('lets nobody start with the key that opens recovery points but who opens them', () => {
    const starters = standby.filter(
      ({ type, inputs }) =>
        type === 'aws:iam/rolePolicy:RolePolicy' && String(inputs['policy']).includes('agente-dr-keys/'),
    );
    const allowed = starters.filter(({ inputs }) =>
      /"Effect":"Allow"[^}]*agente-dr-keys/.test(String(inputs['policy'])),
    );
    assert.deepEqual(allowed.map(({ name }) => name).sort(), ['restore-start', 'validate-start']);
  });

  it('gives the tasks of dr the copied password by the ARN that both regions can compute', () => {
    const secretArn = 'arn:aws:secretsmanager:us-west-2:123456789012:secret:agente-dr';
    const stores = [
      ['DATABASE_PASSWORD', `${secretArn}/database/postgres`],
      ['REDIS_PASSWORD', `${secretArn}/cache/redis`],
    ];
    const both = [...stores, ['PMS_DATABASE_PASSWORD', `${secretArn}/database/pms`]];
    const identity = 'arn:aws:secretsmanager:us-west-2:123456789012:secret:agente-dr-keys/backup-identity';
    const opens = [...both, ['BACKUP_IDENTITY', identity]];
    for (const [service, wanted] of [
      ['agente-api', stores],
      ['whatsapp', stores],
      ['pms', [['DATABASE_PASSWORD', `${secretArn}/database/pms`]]],
      ['keeper', both],
      ['backup', both],
      ['restore', opens],
      ['validate', opens],
    ] as const) {
      const { secrets } = container(standby, service);
      assert.deepEqual(secrets.map(({ name, valueFrom }) => [name, valueFrom]).sort(), [...wanted].sort(), service);
    }
  });

  it('has no secret whose name Secrets Manager would take for an ARN with its six characters', () => {
    for (const { inputs, type } of [...primary, ...standby]) {
      if (type === 'aws:secretsmanager/secret:Secret') assert.doesNotMatch(String(inputs['name']), /-.{6}$/);
    }
  });

  it('keeps no password in the environment of a task', () => {
    for (const service of ['agente-api', 'keeper']) {
      for (const { name } of container(standby, service).environment) assert.doesNotMatch(name, /PASSWORD|TOKEN/);
    }
  });

  it('runs one keeper in every role, which knows the three witnesses, its own first', () => {
    for (const asked of [primary, standby, active]) {
      const { inputs } = only(asked, 'aws:ecs/service:Service', 'keeper-service');
      assert.equal(inputs['desiredCount'], 1);
      assert.equal(inputs['deploymentMaximumPercent'], 100);
    }
    const { environment, command } = container(standby, 'keeper');
    assert.deepEqual(command, ['keeper']);
    assert.equal(
      environment.find(({ name }) => name === 'CONTROL_BUCKETS')?.value,
      ['us-west-2', 'us-east-1', 'us-east-2']
        .map((region) => `${region}=agente-dr-control-123456789012-${region}`)
        .join(','),
    );
  });

  it('lets the keeper read and write the witnesses, read its own vault, and delete nothing', () => {
    const policy = document(only(standby, 'aws:iam/rolePolicy:RolePolicy', 'keeper-work'), 'policy') as {
      Statement: { Action: string | string[]; Resource: string | string[] }[];
    };
    const actions = new Set(policy.Statement.flatMap(({ Action }) => Action));
    assert.deepEqual([...actions].sort(), ['kms:Decrypt', 's3:GetObject', 's3:ListBucket', 's3:PutObject']);
    for (const { Action, Resource } of policy.Statement) {
      if (Action === 'kms:Decrypt') continue;
      const written = [Action].flat().includes('s3:PutObject');
      for (const resource of [Resource].flat()) {
        assert.match(resource, written ? /agente-dr-control-/ : /agente-dr-(control-|vault-\d+-us-west-2)/);
      }
    }
  });

  it('starts tasks only after the database and the cache stand', () => {
    const { dependsOn } = only(standby, 'aws:ecs/service:Service', 'agente-api-service');
    for (const needed of ['postgres-g1', 'redis-group', 'agente-api-production', 'agente-api-blue-errors'])
      assert.ok(dependsOn.includes(needed), needed);
  });

  it('calls itself by its role only after its services and its record stand', () => {
    const { dependsOn } = only(active, 'aws:s3/bucketObjectv2:BucketObjectv2', 'contract');
    assert.deepEqual([...dependsOn].sort(), [
      'agente-api-service',
      'alarms',
      'backups',
      'dns',
      'keeper-service',
      'pms-service',
      'whatsapp-service',
    ]);
  });

  it('moves guests by an inverted check on the public object of the dr region, and by nothing else', () => {
    const check = only(primary, 'aws:route53/healthCheck:HealthCheck').inputs;
    assert.equal(check['invertHealthcheck'], true);
    assert.equal(check['fqdn'], 'agente-dr-signal-123456789012-us-west-2.s3.us-west-2.amazonaws.com');
    assert.equal(check['resourcePath'], '/dr-serves-guests');
    assert.deepEqual([check['requestInterval'], check['failureThreshold']], [10, 3]);
    for (const asked of [primary, standby]) {
      const { inputs } = only(asked, 'aws:route53/record:Record');
      assert.equal((inputs['aliases'] as [{ evaluateTargetHealth: boolean }])[0].evaluateTargetHealth, false);
    }
    assert.equal(only(standby, 'aws:route53/record:Record').inputs['healthCheckId'], undefined);
  });

  it('opens one object of one bucket to the public', () => {
    const open = [...primary, ...standby].filter(
      ({ type, inputs }) =>
        type === 'aws:s3/bucketPolicy:BucketPolicy' &&
        /"Effect":"Allow","Principal":"\*"/.test(String(inputs['policy'])),
    );
    assert.deepEqual(
      open.map(({ name }) => name),
      ['signal-policy'],
    );
    const policy = document(only(standby, 'aws:s3/bucketPolicy:BucketPolicy', 'signal-policy'), 'policy') as {
      Statement: { Effect: string; Resource: string }[];
    };
    assert.equal(
      policy.Statement.find(({ Effect }) => Effect === 'Allow')?.Resource,
      'arn:aws:s3:::agente-dr-signal-123456789012-us-west-2/dr-serves-guests',
    );
  });

  it('protects everything that holds data', () => {
    const stateful = [
      'aws:rds/instance:Instance',
      'aws:s3/bucket:Bucket',
      'aws:kms/key:Key',
      'aws:secretsmanager/secret:Secret',
      'aws:elasticache/replicationGroup:ReplicationGroup',
    ];
    const bare = [...primary, ...standby].filter((one) => stateful.includes(one.type) && !one.protected);
    assert.deepEqual(named(bare), []);
  });

  it('copies the vaults both ways, encrypted for the receiver, and never a deletion', () => {
    for (const [asked, from, to] of [
      [primary, 'us-east-1', 'us-west-2'],
      [standby, 'us-west-2', 'us-east-1'],
    ] as const) {
      const [rule] = only(asked, 'aws:s3/bucketReplicationConfig:BucketReplicationConfig').inputs['rules'] as [
        { destination: Record<string, unknown>; deleteMarkerReplication: unknown },
      ];
      assert.equal(rule.destination['bucket'], `arn:aws:s3:::agente-dr-vault-123456789012-${to}`, from);
      assert.match(JSON.stringify(rule.destination['encryptionConfiguration']), new RegExp(`kms:${to}:`));
      assert.deepEqual(rule.deleteMarkerReplication, { status: 'Disabled' });
    }
  });

  it('names roles so that the two regions do not meet in IAM, which is one', () => {
    const names = (asked: readonly Asked[]) =>
      asked.filter(({ type }) => type === 'aws:iam/role:Role').map(({ inputs }) => String(inputs['name']));
    const both = [...names(primary), ...names(standby)];
    assert.equal(new Set(both).size, both.length);
    for (const name of both) assert.ok(name.length <= 64, name);
  });

  it('says in the table of roles that a standby runs nothing for guests and follows', () => {
    const { foundation, standby: second, active: first } = provisions;
    assert.equal(foundation.running, null);
    assert.deepEqual(second.running?.api, { tasks: 0, minTasks: 0 });
    assert.deepEqual([second.running.database.follows, first.running?.database.follows], [true, false]);
    assert.deepEqual(first.running?.database.backupWindow, duration('35d'));
  });
});
