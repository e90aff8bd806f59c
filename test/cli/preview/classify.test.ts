import assert from 'node:assert/strict';
import { changesOf } from '../../../cli/preview/classify';
import { effectTables } from '../../../cli/preview/effect-tables';
import type { Change } from '../../../cli/preview/report-schema';
import type { PlannedResource, Properties } from '../../../cli/preview/stack-plan';
import { typeTable } from '../../../local/provider/diff-tables';
import { databaseType, resource } from './support';

function judged(type: string, change: Partial<PlannedResource>): Change {
  const [found] = changesOf({ stack: 'primary', resources: [resource(type, 'x', {}, change)] });
  assert(found !== undefined, 'no change');
  return found;
}

/** The effect of one property's change. */
function effectOf(type: string, before: Properties, after: Properties): string {
  const changed = Object.keys({ ...before, ...after });
  return judged(type, { operation: 'update', before, after, changed }).effect;
}

describe('what a change does to recovery', () => {
  it('is judged for every type that the program has, and for no other', () => {
    const known = Object.keys(typeTable);
    assert.deepEqual(
      known.filter((type) => effectTables[type] === undefined),
      [],
    );
    const ours = Object.keys(effectTables).filter((type) => !/^(random|docker):/.test(type));
    assert.deepEqual(
      ours.filter((type) => !known.includes(type)),
      [],
    );
  });

  it('puts data at risk where what must survive is deleted, replaced or loses its protection', () => {
    assert.equal(judged(databaseType, { operation: 'delete', after: null }).effect, 'data-at-risk');
    assert.equal(judged(databaseType, { operation: 'replace' }).effect, 'data-at-risk');
    const unprotected = judged(databaseType, { protectedBefore: true });
    assert.equal(unprotected.effect, 'data-at-risk');
    assert.match(unprotected.note ?? '', /no longer protected/);
  });

  it('puts data at risk where less is kept, and moves an objective where more is', () => {
    const kept = (from: number, to: number) =>
      effectOf(databaseType, { backupRetentionPeriod: from }, { backupRetentionPeriod: to });
    assert.equal(kept(35, 7), 'data-at-risk');
    assert.equal(kept(7, 35), 'objective');
    assert.equal(effectOf(databaseType, { backupRetentionPeriod: 35 }, {}), 'data-at-risk');
  });

  it('puts data at risk where a guard against deletion goes, and not where it comes', () => {
    assert.equal(effectOf(databaseType, { deletionProtection: true }, { deletionProtection: false }), 'data-at-risk');
    assert.equal(effectOf(databaseType, { deletionProtection: false }, { deletionProtection: true }), 'harmless');
    assert.equal(effectOf('aws:s3/bucket:Bucket', { forceDestroy: false }, { forceDestroy: true }), 'data-at-risk');
    const lock = 'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration';
    assert.equal(judged(lock, { operation: 'delete', after: null }).effect, 'data-at-risk');
  });

  it('asks for a window for a class and a version, and for none for a label', () => {
    assert.equal(effectOf(databaseType, { instanceClass: 'a' }, { instanceClass: 'b' }), 'window');
    assert.equal(effectOf(databaseType, { tags: {} }, { tags: { a: 'b' } }), 'harmless');
  });

  it('is the worst of all the properties that change', () => {
    const before = { tags: {}, instanceClass: 'a', backupRetentionPeriod: 2 };
    assert.equal(
      effectOf(databaseType, before, { tags: { a: '' }, instanceClass: 'b', backupRetentionPeriod: 1 }),
      'data-at-risk',
    );
  });

  it('is never harmless for a property or a type that nobody has judged', () => {
    assert.equal(effectOf(databaseType, { brandNew: 1 }, { brandNew: 2 }), 'objective');
    assert.equal(effectOf('aws:new/thing:Thing', { any: 1 }, { any: 2 }), 'objective');
    assert.equal(judged('aws:new/thing:Thing', { operation: 'delete', after: null }).effect, 'data-at-risk');
  });

  it('says nothing about components, and about what stays', () => {
    const group = resource('agente-dr:index:Database', 'postgres', {}, { operation: 'update' });
    assert.deepEqual(changesOf({ stack: 'dr', resources: [group, resource(databaseType, 'x', {})] }), []);
  });
});
