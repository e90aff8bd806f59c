import assert from 'node:assert/strict';
import { heartbeatRecord, roleRecord } from '../../recovery/control';
import { bucketName, databaseIdentifier } from '../../recovery/sites';

describe('the records of the control buckets', () => {
  const role = {
    version: 1,
    epoch: 2,
    activeSite: 'dr',
    generation: 1,
    incident: null,
    changedAt: '2026-11-23T21:00:00Z',
  };

  it('rejects an epoch of zero and a site that does not exist', () => {
    assert.equal(roleRecord.safeParse(role).success, true);
    assert.equal(roleRecord.safeParse({ ...role, epoch: 0 }).success, false);
    assert.equal(roleRecord.safeParse({ ...role, activeSite: 'secondary' }).success, false);
  });

  it('rejects an instant without a zone', () => {
    const heartbeat = (at: string) => ({
      ...{ version: 2, site: 'dr', epoch: 1, sequence: 0, at },
      ...{ databases: { postgres: null }, fenced: false, cacheSeededEpoch: null },
    });
    assert.equal(heartbeatRecord.safeParse(heartbeat('2026-11-23T21:00:00Z')).success, true);
    assert.equal(heartbeatRecord.safeParse(heartbeat('2026-11-23T21:00:00')).success, false);
    assert.equal(roleRecord.safeParse({ ...role, changedAt: '2026-11-23T21:00:00' }).success, false);
  });
});
describe('names', () => {
  it('keep buckets within the 63 characters of S3', () => {
    for (const purpose of ['vault', 'control', 'signal'] as const) {
      assert.ok(bucketName(purpose, '123456789012', 'ap-southeast-2').length <= 63);
    }
  });

  it('give every generation of a database a name of its own', () => {
    assert.notEqual(databaseIdentifier('postgres', 1), databaseIdentifier('postgres', 2));
    assert.match(databaseIdentifier('postgres', 12), /^[a-z][a-z0-9-]{0,62}$/);
  });
});
