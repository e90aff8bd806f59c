import assert from 'node:assert/strict';
import type { Machine } from '../../local/machine';
import { AwsProvider } from '../../local/provider/aws';
import type { Subject } from '../../local/provider/provider';
import type { Properties } from '../../local/provider/values';
import { regionClient } from '../../local/supervisor/client';
import { FakeRegions } from './fake-regions';
import { emptyMachine, removeMachine } from './support';

const region = 'us-west-2';

function subject(type: string): Subject {
  return { urn: `urn:pulumi:dr::agente-dr::${type}::thing`, type, name: 'thing' };
}

describe('what the provider tells a region about tasks, files and caches', () => {
  let machine: Machine;
  let regions: FakeRegions;
  let aws: AwsProvider;

  const answers: Record<string, object> = {
    putSchedule: { arn: 'arn:schedule' },
    deleteSchedule: {},
    putFileSystem: { id: 'fs-1', arn: 'arn:fs' },
    putFileReplication: { destination: 'fs-2' },
    putRepository: { arn: 'arn:repository', url: 'registry/toolbox' },
    setRegistryReplication: {},
    modifyCache: {},
    deleteCache: {},
  };
  const create = async (type: string, inputs: Properties) => {
    const { state } = await aws.create(subject(type), inputs, false);
    return state;
  };

  before(async () => {
    machine = await emptyMachine();
    regions = await FakeRegions.start(machine, [region], answers);
    aws = new AwsProvider(machine, regionClient(machine));
    aws.configure({ region });
  });
  after(async () => {
    regions.stop();
    await removeMachine(machine);
  });

  const schedule: Properties = {
    ...{ name: 'postgres-full', groupName: 'backups', scheduleExpression: 'cron(0 3 * * ? *)', state: 'DISABLED' },
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      ...{ arn: 'arn:aws:ecs:us-west-2:1:cluster/agente', roleArn: 'arn:role' },
      ecsParameters: { taskDefinitionArn: 'toolbox:1' },
      input: JSON.stringify({ containerOverrides: [{ name: 'toolbox', command: ['backup.sh', 'full'] }] }),
    },
  };

  it('what a schedule starts, and whether it fires', async () => {
    const type = 'aws:scheduler/schedule:Schedule';
    const state = await create(type, schedule);
    const spec = {
      ...{ group: 'backups', name: 'postgres-full', expression: 'cron(0 3 * * ? *)', timezone: 'UTC', enabled: false },
      ...{ start: null, end: null },
      target: {
        ...{ taskDefinition: 'toolbox:1', cluster: 'arn:aws:ecs:us-west-2:1:cluster/agente', taskCount: 1 },
        override: { command: ['backup.sh', 'full'], environment: {} },
      },
    };
    assert.deepEqual(regions.told('putSchedule'), [spec]);
    assert.equal(state['arn'], 'arn:schedule');
    const enabled = { ...schedule, state: 'ENABLED' };
    const standing = { id: 'backups/postgres-full', state };
    assert.deepEqual(
      aws.diff(subject(type), schedule, enabled).changes.map(({ property, replaces }) => [property, replaces]),
      [['state', false]],
    );
    await aws.update(subject(type), standing, schedule, enabled, false);
    assert.deepEqual(regions.told('putSchedule').at(-1), { ...spec, enabled: true });
  });

  it('rejects a schedule that starts no task, and one that fires at some time', async () => {
    const type = 'aws:scheduler/schedule:Schedule';
    const target = { arn: 'arn:aws:sqs:us-west-2:1:queue', roleArn: 'arn:role' };
    await assert.rejects(create(type, { ...schedule, target }), /start ECS tasks only/);
    const flexibleTimeWindow = { mode: 'FLEXIBLE', maximumWindowInMinutes: 5 };
    await assert.rejects(create(type, { ...schedule, flexibleTimeWindow }), /must be OFF/);
  });

  it('where a file system is copied to, and shows the file system that is made there', async () => {
    await create('aws:efs/fileSystem:FileSystem', {
      creationToken: 'monitoring',
      protection: { replicationOverwrite: 'ENABLED' },
    });
    assert.deepEqual(regions.told('putFileSystem'), [{ token: 'monitoring', overwriteProtection: true }]);
    const state = await create('aws:efs/replicationConfiguration:ReplicationConfiguration', {
      sourceFileSystemId: 'fs-1',
      destination: { region: 'us-east-1', kmsKeyId: 'alias/agente' },
    });
    const told = { source: 'fs-1', region: 'us-east-1', destination: null };
    assert.deepEqual(regions.told('putFileReplication'), [told]);
    assert.deepEqual(state['destination'], { region: 'us-east-1', fileSystemId: 'fs-2', status: 'ENABLED' });
  });

  it('which repositories are copied where', async () => {
    const state = await create('aws:ecr/repository:Repository', {
      name: 'toolbox',
      imageTagMutability: 'IMMUTABLE',
    });
    assert.deepEqual(regions.told('putRepository'), [{ name: 'toolbox', immutableTags: true }]);
    assert.equal(state['repositoryUrl'], 'registry/toolbox');
    const rules = [
      {
        destinations: [{ region: 'us-east-1', registryId: '1' }],
        repositoryFilters: [{ filter: 'toolbox', filterType: 'PREFIX_MATCH' }],
      },
    ];
    await create('aws:ecr/replicationConfiguration:ReplicationConfiguration', { replicationConfiguration: { rules } });
    const told = { rules: [{ regions: ['us-east-1'], prefixes: ['toolbox'] }] };
    assert.deepEqual(regions.told('setRegistryReplication'), [told]);
  });

  it('what a cache begins with, when it is snapshot, and what is left of it', async () => {
    const type = 'aws:elasticache/replicationGroup:ReplicationGroup';
    const inputs: Properties = {
      ...{ replicationGroupId: 'redis', snapshotRetentionLimit: 1, snapshotWindow: '05:00-06:00' },
      ...{ snapshotArns: ['arn:aws:s3:::vault/redis/g1/a.rdb'], finalSnapshotIdentifier: 'redis-final' },
    };
    const state = await create(type, inputs);
    assert.deepEqual(regions.told('createCache'), [
      {
        ...{ identifier: 'redis', authToken: null, seed: { bucket: 'vault', key: 'redis/g1/a.rdb' } },
        backups: { keepDays: 1, at: '05:00' },
      },
    ]);
    const longer = { ...inputs, snapshotRetentionLimit: 7 };
    await aws.update(subject(type), { id: 'redis', state }, inputs, longer, false);
    const backups = { keepDays: 7, at: '05:00' };
    assert.deepEqual(regions.told('modifyCache'), [{ identifier: 'redis', backups }]);
    await aws.remove(subject(type), { id: 'redis', state }, longer);
    assert.deepEqual(regions.told('deleteCache'), [{ identifier: 'redis', finalSnapshot: 'redis-final' }]);
    const two = { ...inputs, snapshotArns: ['arn:aws:s3:::vault/a.rdb', 'arn:aws:s3:::vault/b.rdb'] };
    await assert.rejects(create(type, two), /from one object/);
  });

  it('how a service is deployed', async () => {
    const type = 'aws:ecs/service:Service';
    const shift = { productionListenerRule: 'rule/1', testListenerRule: 'rule/2', roleArn: 'arn:role' };
    const place = { targetGroupArn: 'blue', containerName: 'api', containerPort: 8000 };
    const inputs: Properties = {
      ...{ name: 'api', cluster: 'agente', taskDefinition: 'api:1', desiredCount: 2 },
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: '5' },
      loadBalancers: [{ ...place, advancedConfiguration: { alternateTargetGroupArn: 'green', ...shift } }],
    };
    await create(type, inputs);
    assert.deepEqual((regions.told('putService')[0] as { blueGreen: object }).blueGreen, {
      ...{ alternateTargetGroup: 'green', productionRule: 'rule/1', testRule: 'rule/2', bakeMinutes: 5 },
    });
    const canary = { ...inputs, deploymentConfiguration: { strategy: 'CANARY' } };
    await assert.rejects(create(type, canary), /do not deploy by CANARY/);
  });
});
