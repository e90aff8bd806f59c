import assert from 'node:assert/strict';
import fc from 'fast-check';
import { difference } from '../../local/provider/diff';
import { rowOf, typeTable } from '../../local/provider/diff-tables';
import { secret } from '../../local/provider/values';

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
