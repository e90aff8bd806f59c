import assert from 'node:assert/strict';
import fc from 'fast-check';
import { difference } from '../../local/provider/diff';
import { rowOf, typeTable } from '../../local/provider/diff-tables';
import { secret, unknown, type Properties, type Value } from '../../local/provider/values';

const instance = rowOf('aws:rds/instance:Instance');
const replica = {
  identifier: 'agente-postgres-g1',
  replicateSourceDb: 'arn:aws:rds:us-east-1:1:db:x',
  multiAz: false,
  backupRetentionPeriod: 0,
};

describe('the provider’s diff', () => {
  it('changes a replica in place when its source is taken away', () => {
    const { replicateSourceDb: _gone, ...promoted } = { ...replica, multiAz: true };
    assert.deepEqual(difference(instance, replica, promoted).changes, [
      { property: 'replicateSourceDb', kind: 'delete', replaces: false },
      { property: 'multiAz', kind: 'update', replaces: false },
    ]);
  });

  it('says nothing when an optional and computed property leaves the program', () => {
    const { backupRetentionPeriod: _gone, ...less } = replica;
    assert.deepEqual(difference(instance, replica, less).changes, []);
  });

  it('says nothing when only the order of a set or the layout of a document differs', () => {
    const role = rowOf('aws:iam/role:Role');
    const before = { assumeRolePolicy: '{"a": [1, 2]}', managedPolicyArns: ['a', 'b'] };
    const after = { assumeRolePolicy: '{"a":[2,1]}', managedPolicyArns: ['b', 'a'] };
    assert.deepEqual(difference(role, before, after).changes, []);
  });

  it('sees that the words of a command changed places, and not that variables did', () => {
    const definition = rowOf('aws:ecs/taskDefinition:TaskDefinition');
    const container = (command: string[], names: string[]) => ({
      containerDefinitions: JSON.stringify([
        { name: 'api', command, environment: names.map((name) => ({ name, value: '1' })) },
      ]),
    });
    const before = container(['backup.sh', 'full'], ['A', 'B']);
    assert.deepEqual(difference(definition, before, container(['backup.sh', 'full'], ['B', 'A'])).changes, []);
    const [change] = difference(definition, before, container(['full', 'backup.sh'], ['A', 'B'])).changes;
    assert.deepEqual(change, { property: 'containerDefinitions', kind: 'update', replaces: true });
  });

  it('sees that actions changed places, and not that their target groups did', () => {
    const listener = rowOf('aws:lb/listener:Listener');
    const [blue, green] = [{ arn: 'blue' }, { arn: 'green' }];
    const actions = (first: object, ...groups: { arn: string }[]) => ({
      defaultActions: [first, { type: 'forward', forward: { targetGroups: groups } }] as Value,
    });
    const signIn = { type: 'authenticate-oidc' };
    const before = actions(signIn, blue, green);
    assert.deepEqual(difference(listener, before, actions(signIn, green, blue)).changes, []);
    const turned = { defaultActions: [...(before.defaultActions as Value[])].reverse() };
    assert.equal(difference(listener, before, turned).changes.length, 1);
  });

  it('replaces a cache for an older version or for Redis, and updates it for a newer one', () => {
    const group = rowOf('aws:elasticache/replicationGroup:ReplicationGroup');
    const replaces = (before: Properties, after: Properties) =>
      difference(group, before, after).changes.map((change) => change.replaces);
    assert.deepEqual(replaces({ engineVersion: '8.2' }, { engineVersion: '9.0' }), [false]);
    assert.deepEqual(replaces({ engineVersion: '9.0' }, { engineVersion: '8.10' }), [true]);
    assert.deepEqual(replaces({ engineVersion: '8.10' }, { engineVersion: '8.9' }), [true]);
    assert.deepEqual(replaces({ engine: 'redis' }, { engine: 'valkey' }), [false]);
    assert.deepEqual(replaces({ engine: 'valkey' }, { engine: 'redis' }), [true]);
    assert.deepEqual(replaces({ engineVersion: '9.0' }, { engineVersion: unknown }), [false]);
  });

  it('replaces a service for a strategy unless it is told to deploy anew and has one already', () => {
    const service = rowOf('aws:ecs/service:Service');
    const strategy = (name: string): Properties => ({ capacityProviderStrategies: [{ capacityProvider: name }] });
    const replaces = (before: Properties, after: Properties) => {
      const { changes } = difference(service, before, after);
      return changes.find(({ property }) => property === 'capacityProviderStrategies')?.replaces;
    };
    const anew = { forceNewDeployment: true };
    assert.equal(replaces(strategy('FARGATE'), strategy('FARGATE_SPOT')), true);
    assert.equal(replaces(strategy('FARGATE'), { ...strategy('FARGATE_SPOT'), ...anew }), false);
    assert.equal(replaces({}, { ...strategy('FARGATE'), ...anew }), true);
  });

  it('sees that the content of an object changed, even as a document it means the same', () => {
    const object = rowOf('aws:s3/bucketObjectv2:BucketObjectv2');
    const changes = difference(object, { content: '{"a":1}' }, { content: '{"a": 1}' }).changes;
    assert.deepEqual(changes, [{ property: 'content', kind: 'update', replaces: false }]);
  });

  it('sees through the mark of a secret', () => {
    assert.deepEqual(difference(instance, { password: secret('one') }, { password: 'one' }).changes, []);
    assert.equal(difference(instance, { password: secret('one') }, { password: secret('two') }).changes.length, 1);
  });

  it('replaces first what keeps its name, and last what gets another', () => {
    const bucket = rowOf('aws:s3/bucket:Bucket');
    const named = { bucket: 'mine', objectLockEnabled: false };
    assert.equal(difference(bucket, named, { ...named, objectLockEnabled: true }).deleteFirst, true);
    const ours = { bucket: 'b-1234567', objectLockEnabled: true, __defaults: ['bucket'] };
    assert.equal(difference(bucket, named, ours).deleteFirst, false);
  });

  it('finds no change between any inputs and themselves, for every type', () => {
    const values = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()));
    for (const row of Object.values(typeTable)) {
      const properties = fc.constantFrom(...row.forceNew, ...row.optionalComputed, 'tags', 'description');
      const inputs = fc.dictionary(properties, values);
      fc.assert(
        fc.property(inputs, (any) => difference(row, any, structuredClone(any)).changes.length === 0),
        { numRuns: 20 },
      );
    }
  });

  it('replaces if and only if a property of the table changes, for every type', () => {
    for (const row of Object.values(typeTable)) {
      const properties = [...new Set([...row.forceNew, ...row.optionalComputed, 'tags'])];
      for (const property of properties.filter((name) => !row.writeOnly.includes(name))) {
        const [change] = difference(row, { [property]: 'one' }, { [property]: 'two' }).changes;
        assert.equal(change?.replaces, row.forceNew.includes(property), `${row.source} ${property}`);
      }
    }
  });
});
