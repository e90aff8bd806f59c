import * as assert from 'node:assert/strict';
import { Cache, type CachePersistence } from '../../components/cache';
import type { AofPersistence } from '../../components/cache-aof';
import type { DurableLogPersistence } from '../../components/cache-elasticache';
import { duration } from '../../recovery/duration';
import { ask, document, only, providerOptions, type Asked } from './support';

const durable: DurableLogPersistence = {
  kind: 'elasticache-durable',
  mode: 'async',
  identifier: 'agente-redis-primary',
  nodeType: 'cache.m7g.large',
  authToken: 'a long enough token',
  keepSnapshots: duration('7d'),
};

const appendOnly: AofPersistence = {
  kind: 'self-aof',
  hostName: 'redis-primary.hotel.example',
  zoneId: 'Z1',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
  secretName: 'agente-dr/cache/redis',
  image: 'registry/valkey@sha256:00',
  memory: 2048,
  place: {
    accountId: '123456789012',
    region: 'us-east-1',
    cluster: { clusterName: 'agente-dr-primary', arn: 'arn:cluster' },
    startAfter: [],
  },
};

const cache = (persistence: CachePersistence): Promise<Asked[]> =>
  ask(() => {
    new Cache(
      'redis',
      { persistence, keyArn: 'arn:key', vpcId: 'vpc', subnetIds: ['a', 'b', 'c'], clientSecurityGroupId: 'tasks' },
      providerOptions(),
    );
  });

const group = async (persistence: CachePersistence): Promise<Asked> =>
  only(await cache(persistence), 'aws:elasticache/replicationGroup:ReplicationGroup');

describe('a cache on ElastiCache', () => {
  it('is encrypted, protected, and leaves a snapshot when it is deleted', async () => {
    const { name, parent, protected: guarded, inputs } = await group(durable);
    assert.deepEqual([name, parent, guarded], ['redis-group', 'redis', true]);
    assert.deepEqual(
      [inputs['transitEncryptionEnabled'], inputs['atRestEncryptionEnabled'], inputs['kmsKeyId'], inputs['authToken']],
      [true, true, 'arn:key', 'a long enough token'],
    );
    assert.deepEqual(
      [inputs['snapshotRetentionLimit'], inputs['finalSnapshotIdentifier']],
      [7, 'agente-redis-primary-final'],
    );
  });

  it('has all that its durable log asks for: Valkey 9, cluster mode, a replica in another zone', async () => {
    for (const mode of ['async', 'sync'] as const) {
      const { inputs } = await group({ ...durable, mode });
      assert.equal(inputs['durability'], mode);
      assert.deepEqual([inputs['engine'], inputs['engineVersion']], ['valkey', '9.0']);
      assert.deepEqual(
        [
          inputs['clusterMode'],
          inputs['replicasPerNodeGroup'],
          inputs['automaticFailoverEnabled'],
          inputs['multiAzEnabled'],
        ],
        ['enabled', 1, true, true],
      );
    }
  });

  it('is empty when it is made, or filled with the seed that it is given', async () => {
    const seeds = ['snapshotName', 'snapshotArns'];
    const said = async (seed?: DurableLogPersistence['seed']) => {
      const { inputs } = await group(seed === undefined ? durable : { ...durable, seed });
      return Object.fromEntries(Object.entries(inputs).filter(([key]) => seeds.includes(key)));
    };
    assert.deepEqual(await said(), {});
    assert.deepEqual(await said({ snapshotName: 'nightly' }), { snapshotName: 'nightly' });
    assert.deepEqual(await said({ snapshotArns: ['arn:file'] }), { snapshotArns: ['arn:file'] });
  });
});

describe('a cache with an append-only file', () => {
  it('is one task that never runs twice, on a file system of its own', async () => {
    const asked = await cache(appendOnly);
    const { inputs } = only(asked, 'aws:ecs/service:Service');
    assert.deepEqual([inputs['desiredCount'], inputs['deploymentMaximumPercent']], [1, 100]);
    const [container] = document(only(asked, 'aws:ecs/taskDefinition:TaskDefinition'), 'containerDefinitions') as [
      { command: string[]; mountPoints: object[]; secrets: object[]; environment: object[] },
    ];
    assert.deepEqual(container.mountPoints, [
      { sourceVolume: 'scratch-0', containerPath: '/run/cache' },
      { sourceVolume: 'files-0', containerPath: '/data' },
    ]);
    assert.match(container.command.join('\n'), /^appendonly yes\nappendfsync everysec$/m);
    assert.deepEqual(container.environment, []);
    assert.equal(only(asked, 'aws:efs/accessPoint:AccessPoint').inputs['rootDirectory'] !== undefined, true);
  });

  it('is reached with TLS alone, by a name that the certificate bears, and by tasks alone', async () => {
    const asked = await cache(appendOnly);
    const listener = only(asked, 'aws:lb/listener:Listener').inputs;
    assert.deepEqual(
      [listener['protocol'], listener['port'], listener['certificateArn']],
      ['TLS', 6379, appendOnly.certificateArn],
    );
    assert.equal(only(asked, 'aws:lb/targetGroup:TargetGroup').inputs['protocol'], 'TLS');
    const balancer = only(asked, 'aws:lb/loadBalancer:LoadBalancer');
    assert.deepEqual([balancer.inputs['internal'], balancer.protected], [true, true]);
    const record = only(asked, 'aws:route53/record:Record').inputs;
    assert.deepEqual([record['name'], record['zoneId']], ['redis-primary.hotel.example', 'Z1']);
    const door = only(asked, 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', 'redis-door-tasks').inputs;
    assert.deepEqual([door['fromPort'], door['referencedSecurityGroupId']], [6379, 'tasks']);
  });

  it('starts once its file system can be mounted and guests can be sent to it', async () => {
    const { dependsOn } = only(await cache(appendOnly), 'aws:ecs/service:Service');
    for (const needed of ['redis-listener', 'redis-aof-policy', 'redis-aof-mount-3', 'redis-aof-data']) {
      assert.ok(dependsOn.includes(needed), needed);
    }
  });

  it('has every part under the component, and none with a region of its own', async () => {
    const asked = await cache(appendOnly);
    const owners = new Set(asked.filter(({ type }) => type.startsWith('aws:')).map(({ parent }) => parent));
    assert.deepEqual([...owners].sort(), ['redis', 'redis-aof', 'redis-server']);
    assert.deepEqual(
      asked.filter(({ inputs }) => 'region' in inputs),
      [],
    );
  });
});
