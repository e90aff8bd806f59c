import assert from 'node:assert/strict';
import type { DatabaseRecord } from '../../local/realised/database-record';
import { checkBackedUp, checkChange, checkDeletion, checkMoment } from '../../local/realised/database-rules';
import { pmsSpec } from './database-support';

const record: DatabaseRecord = {
  spec: pmsSpec({ identifier: 'pms-g1' }),
  engine: 'mysql',
  port: 3306,
  archive: 'pms-g1-0',
  user: 'qloapps_user',
  databaseName: 'qloapps',
  engineVersion: '10.11.0',
  replica: true,
  promoted: false,
  backupRetentionDays: 0,
  multiAz: false,
  deletionProtection: true,
};
const window = { earliest: new Date('2026-11-24T03:00:00Z'), latest: new Date('2026-11-24T04:00:00Z') };

describe('what RDS refuses of a database', () => {
  const refuses = (code: string, work: () => void) => {
    assert.throws(work, { name: 'RegionRefusal', code });
  };

  it('rejects a moment outside the window, and any before the first backup', () => {
    assert.equal(checkMoment('2026-11-24T03:00:00Z', window), window);
    assert.equal(checkMoment('2026-11-24T01:00:00-03:00', window), window);
    assert.equal(checkMoment(null, window), window);
    refuses('InvalidParameterValue', () => checkMoment('2026-11-24T02:59:59Z', window));
    refuses('InvalidParameterValue', () => checkMoment('2026-11-24T04:00:01Z', window));
    refuses('InvalidParameterValue', () => checkMoment('tomorrow', window));
    refuses('InvalidDBInstanceState', () => checkMoment(null, null));
  });

  it('rejects a password for a replica, unless it is promoted with it', () => {
    refuses('InvalidParameterCombination', () => {
      checkChange(record, { password: 'another password' });
    });
    assert.doesNotThrow(() => {
      checkChange(record, { password: 'another password', promote: true });
    });
  });

  it('rejects the deletion of what is protected, and work on backups that nobody keeps', () => {
    refuses('InvalidParameterCombination', () => {
      checkDeletion(record);
    });
    refuses('PointInTimeRestoreNotEnabled', () => {
      checkBackedUp(record, 'PointInTimeRestoreNotEnabled');
    });
  });
});
