import assert from 'node:assert/strict';
import { RegionRefusal } from '../../local/api';
import type { Machine } from '../../local/machine';
import { AwsProvider } from '../../local/provider/aws';
import type { Subject } from '../../local/provider/provider';
import { isSecret, secret, unknown, type Properties } from '../../local/provider/values';
import { regionClient } from '../../local/supervisor/client';
import { FakeRegions } from './fake-regions';
import { emptyMachine, removeMachine } from './support';

const seed = new Uint8Array([1, 2, 3]);

function subject(type: string, name = 'thing'): Subject {
  return { urn: `urn:pulumi:dr::agente-dr::${type}::${name}`, type, name };
}

const instance = subject('aws:rds/instance:Instance', 'postgres-g1');
const sourceArn = 'arn:aws:rds:us-east-1:123456789012:db:agente-postgres-g1';
const standalone: Properties = {
  identifier: 'agente-postgres-g2',
  backupRetentionPeriod: 0,
  port: 5432,
  skipFinalSnapshot: true,
};
const replica: Properties = { ...standalone, replicateSourceDb: sourceArn };

describe('the aws provider of regions on this machine', () => {
  let machine: Machine;
  let regions: FakeRegions;
  let aws: AwsProvider;

  before(async () => {
    machine = await emptyMachine();
  });

  beforeEach(async () => {
    regions = await FakeRegions.start(machine);
    aws = new AwsProvider(machine, regionClient(machine));
    const tags = JSON.stringify({ tags: { project: 'agente-dr' } });
    const accounts = JSON.stringify([machine.file.accountId]);
    aws.configure({ region: 'us-west-2', allowedAccountIds: accounts, defaultTags: tags });
  });

  afterEach(() => {
    regions.stop();
  });

  after(() => removeMachine(machine));

  it('rejects an account that is not the machine’s, and a region that it has not got', () => {
    const other = new AwsProvider(machine, regionClient(machine));
    assert.throws(() => {
      other.configure({ region: 'us-west-2', allowedAccountIds: '["999999999999"]' });
    }, /AWS account ID not allowed/);
    assert.throws(() => {
      other.configure({ region: 'sa-east-1' });
    }, /has no region sa-east-1, only us-east-1, us-west-2, us-east-2/);
    assert.throws(() => {
      other.configure({ region: 'global' });
    }, /has no region global/);
  });

  it('adds default tags and a name of its own, and keeps the name afterwards', () => {
    const group = subject('aws:ec2/securityGroup:SecurityGroup', 'door');
    const first = aws.check(group, {}, { tags: { site: 'dr' } }, seed).inputs;
    assert.deepEqual(first['tags'], { project: 'agente-dr', site: 'dr' });
    assert.match(JSON.stringify(first['name']), /^"door-[0-9a-f]{7}"$/);
    const second = aws.check(group, first, {}, new Uint8Array([9])).inputs;
    assert.equal(second['name'], first['name']);
  });

  it('leaves types without tags untagged', () => {
    const route = subject('aws:ec2/route:Route');
    assert.deepEqual(aws.check(route, {}, { routeTableId: 'rtb-1' }, seed).inputs, { routeTableId: 'rtb-1' });
  });

  it('rejects what AWS would refuse, with the property and without a secret value', () => {
    const { failures } = aws.check(
      instance,
      {},
      { ...replica, backupRetentionPeriod: 36, username: 'someone', password: secret('short') },
      seed,
    );
    assert.deepEqual(failures.map(({ property }) => property).sort(), [
      'backupRetentionPeriod',
      'password',
      'username',
    ]);
    assert.ok(failures.every(({ reason }) => !reason.includes('"short"')));
  });

  it('lets unknown inputs of a preview pass', () => {
    const { failures } = aws.check(instance, {}, { ...replica, backupRetentionPeriod: unknown }, seed);
    assert.deepEqual(failures, []);
  });

  it('starts nothing in a preview, and leaves unknown what only the region can say', async () => {
    const { state } = await aws.create(instance, replica, true);
    assert.equal(state['address'], unknown);
    assert.equal(state['port'], unknown);
    assert.equal(state['identifier'], 'agente-postgres-g2');
    await aws.update(instance, { id: 'db-1', state: { address: '127.0.0.1' } }, replica, replica, true);
    assert.deepEqual(regions.heard, []);
  });

  it('makes a replica of an instance in another region, and shows the region’s own port', async () => {
    const { id, state } = await aws.create(instance, replica, false);
    assert.match(id, /^db-[0-9A-F]{26}$/);
    assert.deepEqual(
      regions.heard.map(({ region, method }) => `${region} ${method}`),
      ['us-west-2 createDatabase'],
    );
    assert.deepEqual((regions.told('createDatabase')[0] as { source: unknown }).source, {
      region: 'us-east-1',
      identifier: 'agente-postgres-g1',
    });
    assert.equal(state['port'], 25432);
    assert.equal(state['endpoint'], `${machine.address('us-west-2')}:25432`);
    assert.equal(state['backupRetentionPeriod'], 0);
  });

  it('promotes when the source leaves the program, together with what changes beside it', async () => {
    const made = await aws.create(instance, replica, false);
    const active = { ...standalone, backupRetentionPeriod: 35, multiAz: true };
    const preview = await aws.update(instance, made, replica, active, true);
    assert.equal(preview['address'], machine.address('us-west-2'));
    const state = await aws.update(instance, made, replica, active, false);
    assert.deepEqual(regions.told('modifyDatabase'), [
      { identifier: 'agente-postgres-g2', change: { promote: true, backupRetentionDays: 35, multiAz: true } },
    ]);
    assert.equal('replicateSourceDb' in state, false);
  });

  it('rejects a new source for a database that stands', async () => {
    const made = await aws.create(instance, replica, false);
    const other = { ...replica, replicateSourceDb: sourceArn.replace('g1', 'g3') };
    await assert.rejects(aws.update(instance, made, replica, other, false), /cannot elect new source database/);
  });

  it('passes the refusal of a region on in its words', async () => {
    regions.answers['modifyDatabase'] = () => {
      throw new RegionRefusal('InvalidDBInstanceState', 'DB Instance is not a read replica');
    };
    const update = aws.update(instance, { id: 'db-1', state: {} }, replica, standalone, false);
    await assert.rejects(update, { name: 'RegionRefusal', code: 'InvalidDBInstanceState' });
  });

  it('rejects work in a region that does not answer, and says which', async () => {
    const elsewhere = { ...replica, region: 'us-east-2' };
    await assert.rejects(aws.create(instance, elsewhere, false), {
      code: 'machine-not-running',
      message: /region us-east-2 .* does not answer createDatabase \(ENOENT\)/,
    });
  });

  it('brings a promotion that nobody wrote down into inputs and state at a refresh', async () => {
    const made = await aws.create(instance, replica, false);
    const seen = await aws.read(instance, made, replica);
    assert.ok(seen !== null);
    assert.equal('replicateSourceDb' in seen.inputs, false);
    assert.equal('replicateSourceDb' in seen.state, false);
    assert.equal(seen.inputs['backupRetentionPeriod'], 35);
    assert.equal('multiAz' in seen.inputs, false);
    assert.equal(seen.inputs['port'], 5432);
  });

  it('finds a database gone that the region does not know', async () => {
    regions.answers['describeDatabase'] = () => null;
    assert.equal(await aws.read(instance, { id: 'db-1', state: { region: 'us-west-2' } }, replica), null);
  });

  it('rejects to look up what no program made, also when a program says what it is like', async () => {
    const vpc = subject('aws:ec2/vpc:Vpc');
    const inputs = { cidrBlock: '10.0.0.0/16' };
    await assert.rejects(aws.read(vpc, { id: 'vpc-1', state: inputs }, inputs), {
      code: 'argument-invalid',
      message: /have nothing that no program made: aws:ec2\/vpc:Vpc vpc-1$/,
      hint: /^declare the resource/,
    });
  });

  it('reads what is only recorded back as it was', async () => {
    const vpc = subject('aws:ec2/vpc:Vpc');
    const inputs = { cidrBlock: '10.0.0.0/16' };
    const made = await aws.create(vpc, inputs, false);
    assert.deepEqual(await aws.read(vpc, made, inputs), { state: made.state, inputs });
  });

  it('gives the same resource the same id again, and another one another', async () => {
    const vpc = subject('aws:ec2/vpc:Vpc');
    const [first, again, other] = await Promise.all([
      aws.create(vpc, { cidrBlock: '10.0.0.0/16' }, false),
      aws.create(vpc, { cidrBlock: '10.0.0.0/16' }, false),
      aws.create(vpc, { cidrBlock: '10.1.0.0/16' }, false),
    ]);
    assert.match(first.id, /^vpc-0[0-9a-f]{16}$/);
    assert.equal(again.id, first.id);
    assert.notEqual(other.id, first.id);
  });

  it('uses a secret and keeps it marked, and never keeps what is write-only', async () => {
    const version = subject('aws:secretsmanager/secretVersion:SecretVersion');
    const { state } = await aws.create(version, { secretId: 'arn:x', secretString: secret('hush') }, false);
    assert.deepEqual(regions.told('putSecretValue'), [{ name: 'arn:x', value: 'hush' }]);
    assert.ok(isSecret(state['secretString']));
    const own = { identifier: 'a', username: 'u', passwordWo: 'password-in-clear' };
    const checked = aws.check(instance, {}, own, seed).inputs;
    assert.ok(isSecret(checked['passwordWo']));
    const made = await aws.create(instance, checked, false);
    assert.equal(JSON.stringify(made.state).includes('password-in-clear'), false);
    assert.equal((regions.told('createDatabase')[0] as { password: string }).password, 'password-in-clear');
  });

  it('marks the version of an object unknown when its content changes', async () => {
    const object = subject('aws:s3/bucketObjectv2:BucketObjectv2');
    const inputs = { bucket: 'b', key: 'contract.json', content: 'one' };
    const made = await aws.create(object, inputs, false);
    assert.equal(made.state['etag'], 'abc');
    const preview = await aws.update(object, made, inputs, { ...inputs, content: 'two' }, true);
    assert.equal(preview['versionId'], unknown);
    assert.equal(preview['arn'], 'arn:aws:s3:::b/contract.json');
  });

  it('reads what a task runs from its container definitions', async () => {
    const definition = subject('aws:ecs/taskDefinition:TaskDefinition');
    const container = {
      name: 'api',
      image: 'registry/agente-api@sha256:1',
      command: ['keeper'],
      environment: [{ name: 'SITE', value: 'dr' }],
      secrets: [{ name: 'DATABASE_PASSWORD', valueFrom: 'arn:secret' }],
      portMappings: [{ containerPort: 8000 }],
      mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly: true }],
    };
    const efsVolumeConfiguration = { fileSystemId: 'fs-1', authorizationConfig: { accessPointId: 'fsap-1' } };
    const inputs = {
      family: 'api',
      containerDefinitions: JSON.stringify([container]),
      volumes: [{ name: 'data', efsVolumeConfiguration }],
    };
    const { state } = await aws.create(definition, inputs, false);
    assert.deepEqual(regions.told('registerTaskDefinition'), [
      {
        family: 'api',
        containers: [
          {
            name: 'api',
            image: 'registry/agente-api@sha256:1',
            command: ['keeper'],
            environment: { SITE: 'dr' },
            secrets: { DATABASE_PASSWORD: 'arn:secret' },
            port: 8000,
            mounts: [{ volume: 'data', path: '/data', readOnly: true }],
          },
        ],
        volumes: [{ name: 'data', fileSystem: 'fs-1', accessPoint: 'fsap-1', rootDirectory: '/' }],
      },
    ]);
    assert.match(JSON.stringify(state['arnWithoutRevision']), /task-definition\/api\"$/);
  });

  it('tells DNS and health checks to what stands outside the regions', async () => {
    const check = subject('aws:route53/healthCheck:HealthCheck');
    const inputs = {
      type: 'HTTPS',
      fqdn: 'b.s3.us-west-2.amazonaws.com',
      invertHealthcheck: true,
      requestInterval: 10,
    };
    const { id } = await aws.create(check, inputs, false);
    assert.deepEqual(regions.heard.at(-1), {
      region: 'global',
      method: 'putHealthCheck',
      params: {
        id,
        protocol: 'HTTPS',
        host: 'b.s3.us-west-2.amazonaws.com',
        port: 443,
        path: '/',
        intervalSeconds: 10,
        failureThreshold: 3,
        inverted: true,
        disabled: false,
      },
    });
  });

  it('does not bother a service with changes that start or stop nothing', async () => {
    const service = subject('aws:ecs/service:Service');
    const inputs = { name: 'api', cluster: 'c', taskDefinition: 'arn:t', desiredCount: 0 };
    const made = await aws.create(service, inputs, false);
    await aws.update(service, made, inputs, { ...inputs, enableExecuteCommand: true }, false);
    assert.equal(regions.told('putService').length, 1);
    await aws.update(service, made, inputs, { ...inputs, desiredCount: 2 }, false);
    assert.equal(regions.told('putService').length, 2);
  });

  it('rejects to delete a database without a last snapshot', async () => {
    const kept = { ...standalone, skipFinalSnapshot: false };
    await assert.rejects(aws.remove(instance, { id: 'db-1', state: {} }, kept), /finalSnapshotIdentifier is required/);
    assert.deepEqual(regions.heard, []);
  });
});
