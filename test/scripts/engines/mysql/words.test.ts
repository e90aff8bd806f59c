import assert from 'node:assert/strict';
import { judgeDump, isWhole } from '../../../../scripts/engines/mysql/dump-program';
import { dialectOf } from '../../../../scripts/engines/mysql/dialect';
import { mergeGtids } from '../../../../scripts/engines/mysql/gtids';
import { judgeBackup, positionsOf } from '../../../../scripts/engines/mysql/physical-backup';
import { compare, parsePosition } from '../../../../scripts/engines/mysql/position';

describe('what the programs of MariaDB say', () => {
  it('rejects a copy that ends without "completed OK!", whatever its exit code is', () => {
    assert.throws(() => judgeBackup({ exitCode: 0, stderr: '[00] copying\n[00] Redo log was copied.\n' }), {
      code: 'tool-failed',
    });
    assert.throws(() => judgeBackup({ exitCode: 1, stderr: 'completed OK!' }), { code: 'tool-failed' });
    assert.doesNotThrow(() => judgeBackup({ exitCode: 0, stderr: '[00] 2026-11-28 02:52:38 completed OK!\n' }));
  });

  it('rejects a dump whose program speaks of an error, and one without its last line', () => {
    assert.throws(
      () => judgeDump({ exitCode: 0, stderr: 'mariadb-dump: Error 2013: Lost connection when dumping table `t`' }),
      {
        code: 'tool-failed',
        message: /Lost connection/,
      },
    );
    assert.ok(isWhole('-- Dump completed on 2026-11-28  2:52:38\n'));
    assert.ok(isWhole('-- Dump completed\n'));
    assert.ok(!isWhole("INSERT INTO t VALUES ('-- Dump completed');\n"));
  });

  it('tells where a copy stands in the log', () => {
    const info = `tool_version = 10.11.19-MariaDB\nbinlog_pos = filename 'binlog.000002', position '618', GTID of the last change '0-11-7'\n`;
    assert.deepEqual(positionsOf(info), { end: 'binlog.000002:618', gtids: '0-11-7', version: '10.11.19-MariaDB' });
    assert.deepEqual(positionsOf('tool_version = 10.11.19-MariaDB\n'), {
      end: null,
      gtids: '',
      version: '10.11.19-MariaDB',
    });
  });

  it('tells MariaDB from MySQL', () => {
    assert.equal(dialectOf('10.11.19-MariaDB-0+deb12u1-log').name, 'mariadb');
    assert.equal(dialectOf('8.4.3').binlog, 'mysqlbinlog');
  });

  it('orders places by the number of the file, not by its name', () => {
    assert.ok(compare(parsePosition('binlog.1000000:4'), parsePosition('binlog.999999:900')) > 0);
    assert.throws(() => parsePosition('binlog:4'), { code: 'argument-invalid' });
  });

  it('keeps the newest transaction of every domain', () => {
    assert.equal(mergeGtids('0-11-7,3-2-9', ['0-12-8']), '0-12-8,3-2-9');
    assert.equal(mergeGtids('', []), '');
  });
});
