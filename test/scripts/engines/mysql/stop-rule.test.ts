import assert from 'node:assert/strict';
import type { Manifest } from '../../../../scripts/catalogue/manifest';
import { StopRule } from '../../../../scripts/engines/mysql/stop-rule';
import { TransactionTracker, type Transaction } from '../../../../scripts/engines/mysql/transactions';
import type { BinlogEvent } from '../../../../scripts/engines/mysql/binlog-file';

const second = 1_795_834_358;
const transaction = (end: number, more: Partial<Transaction> = {}): Transaction => ({
  gtid: `0-1-${end}`,
  start: end - 10,
  end,
  second,
  micros: null,
  ...more,
});
const at = (ms: number): string => new Date(ms).toISOString();
const logOf = (positions: Record<string, string>): Manifest => ({ positions }) as unknown as Manifest;
const includes = (log: Manifest | null, ms: number, one = transaction(100)): boolean =>
  new StopRule({ to: 'time', time: new Date(ms) }).includes(one, 'binlog.000001', log);

describe('which transaction still belongs to a moment', () => {
  const from = second * 1_000;

  it('is decided by whole seconds where nobody saw more, and never takes what may be newer', () => {
    assert.equal(includes(null, from), false);
    assert.equal(includes(null, from + 999), false);
    assert.equal(includes(null, from + 1_000), true);
  });

  it('is decided by when its piece of log appeared', () => {
    const log = logOf({
      after: at(from - 5_000),
      before: at(from + 900),
      seen: `binlog.000001:90@${from + 200} binlog.000001:100@${from + 300}`,
    });
    assert.equal(includes(log, from + 299), false);
    assert.equal(includes(log, from + 300), true);
  });

  it('is decided by its commit and not by its beginning, when it took long', () => {
    const log = logOf({ after: at(from + 1_500), before: at(from + 1_600) });
    assert.equal(includes(log, from + 1_200), false);
    assert.equal(includes(log, from + 1_600), true);
  });

  it('is decided by the log itself when our clock says that it was seen before it was written', () => {
    const log = logOf({ after: at(from - 9_000), before: at(from - 4_000) });
    assert.equal(includes(log, from - 3_000), false);
    assert.equal(includes(log, from + 1_000), true);
  });

  it('is decided by microseconds in the log of MySQL', () => {
    const one = transaction(100, { micros: from * 1_000 + 250_500 });
    assert.equal(includes(null, from + 250, one), false);
    assert.equal(includes(null, from + 251, one), true);
  });

  it('rejects a place inside it', () => {
    const rule = new StopRule({ to: 'position', position: 'binlog.000001:95' });
    assert.throws(() => rule.includes(transaction(100), 'binlog.000001', null), { code: 'restore-target-unreachable' });
  });
});

describe('the end of a transaction', () => {
  const event = (type: number, body: Buffer, tail = ''): BinlogEvent => ({
    type,
    second,
    serverId: 7,
    at: 4,
    length: 20,
    end: 24,
    body,
    tail: Buffer.from(tail),
    crc: '',
    intact: true,
  });
  const uuid = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');

  /** As MySQL's manual lays its identifier out; no server of ours writes it. */
  function gtidOfMysql(number: number, micros: number): Buffer {
    const body = Buffer.alloc(1 + 16 + 8 + 1 + 16 + 7);
    uuid.copy(body, 1);
    body.writeBigUInt64LE(BigInt(number), 17);
    body.writeUIntLE(micros % 2 ** 48, 42, 6);
    body.writeUInt8(Math.floor(micros / 2 ** 48), 48);
    return body;
  }

  it('is told in the words of MySQL: a statement alone, and BEGIN to COMMIT', () => {
    const tracker = new TransactionTracker();
    const micros = second * 1_000_000 + 5;
    assert.equal(tracker.feed(event(33, gtidOfMysql(9, micros))), null);
    const alone = tracker.feed(event(2, Buffer.alloc(4), 'CREATE TABLE t'));
    assert.equal(alone?.gtid, '01234567-89ab-cdef-0123-456789abcdef:9');
    assert.equal(alone.micros, micros);
    assert.equal(tracker.feed(event(33, gtidOfMysql(10, micros))), null);
    assert.equal(tracker.feed(event(2, Buffer.alloc(4), 'BEGIN')), null);
    assert.equal(tracker.between, false);
    assert.equal(tracker.feed(event(16, Buffer.alloc(8)))?.gtid.endsWith(':10'), true);
    assert.equal(tracker.between, true);
  });
});
