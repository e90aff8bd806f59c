import assert from 'node:assert/strict';
import fc from 'fast-check';
import { transactionsOf, wholeLength } from '../../local/realised/mysql/binlog-events';
import {
  checkConsecutive,
  checkGapless,
  keyOfPiece,
  pieceOfKey,
  type LogPiece,
} from '../../local/realised/mysql/log-pieces';
import { stopPosition } from '../../local/realised/mysql/stop-position';
import { seal, unseal } from '../../local/realised/sealed';

const file = 'binlog.000001';
const magic = Buffer.from([0xfe, 0x62, 0x69, 0x6e]);
const [query, xid, gtid] = [2, 16, 162];

function event(type: number, second: number, body: Buffer = Buffer.alloc(13)): Buffer {
  const header = Buffer.alloc(19);
  header.writeUInt32LE(second, 0);
  header.writeUInt8(type, 4);
  header.writeUInt32LE(header.length + body.length + 4, 9);
  return Buffer.concat([header, body, Buffer.alloc(4)]);
}

const transaction = (second: number): Buffer =>
  Buffer.concat([event(gtid, second), event(query, second, Buffer.from('INSERT')), event(xid, second)]);

/** A log with a transaction at each instant, shipped in looks that are `everyMs` apart. */
function logOf(instants: readonly number[], everyMs: number) {
  const pieces: LogPiece[] = [];
  let bytes = magic;
  for (const look of new Set(instants.map((instant) => Math.ceil((instant + 1) / everyMs) * everyMs))) {
    const from = pieces.at(-1)?.to ?? 0;
    const seen = instants.filter((instant) => instant < look && instant >= (pieces.at(-1)?.before ?? 0));
    bytes = Buffer.concat([bytes, ...seen.map((instant) => transaction(Math.floor(instant / 1_000)))]);
    pieces.push({ file, from, to: bytes.length, after: look - everyMs, before: look });
  }
  return { file, bytes, pieces };
}

describe('a binary log in the store', () => {
  const size = transaction(0).length;

  it('is cut after the last whole event, wherever a look ends', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 8 }), fc.nat(2_000), (seconds, end) => {
        const whole = Buffer.concat([magic, ...seconds.map(transaction)]);
        const length = wholeLength(whole.subarray(0, end), 0);
        assert.ok(length <= Math.min(end, whole.length));
        const rest = whole.subarray(length);
        assert.equal(length + wholeLength(rest, length === 0 ? 0 : length), whole.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has the transactions that are finished, and not the one that is being written', () => {
    const bytes = Buffer.concat([magic, transaction(5), event(gtid, 6), event(query, 6, Buffer.from('INSERT'))]);
    assert.deepEqual(transactionsOf(bytes), [{ start: 4, end: 4 + size, second: 5 }]);
  });

  it('ends a statement that commits by itself with the one event after its identifier', () => {
    const body = Buffer.alloc(13);
    body.writeUInt8(1, 12);
    const bytes = Buffer.concat([magic, event(gtid, 7, body), event(query, 7, Buffer.from('CREATE TABLE t'))]);
    assert.equal(transactionsOf(bytes).length, 1);
  });

  it('is replayed to the last transaction before the target, never more than one look off', () => {
    const instants = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 30 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(instants, fc.nat(21_000), fc.constantFrom(100, 500, 3_000), (all, target, everyMs) => {
        const log = logOf(all, everyMs);
        const stop = stopPosition([log], new Date(target));
        const replayed = stop === null ? 0 : (stop.offset - magic.length) / size;
        const margin = Math.min(everyMs, 1_000);
        assert.ok(replayed >= all.filter((instant) => instant <= target - margin).length);
        assert.ok(replayed <= all.filter((instant) => instant < target + margin).length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is exact for a target of whole seconds', () => {
    const instants = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 30 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(instants, fc.nat(21), fc.constantFrom(100, 500, 3_000), (all, second, everyMs) => {
        const stop = stopPosition([logOf(all, everyMs)], new Date(second * 1_000));
        const replayed = stop === null ? 0 : (stop.offset - magic.length) / size;
        assert.equal(replayed, all.filter((instant) => instant < second * 1_000).length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is replayed whole without a target', () => {
    const log = logOf([100, 900, 4_000], 500);
    assert.deepEqual(stopPosition([log], null), { file, offset: log.bytes.length });
  });

  it('has keys that say where a piece belongs, in the order of the log', () => {
    const piece = { file, from: 4, to: 10_000, after: 999, before: 1_001 };
    assert.deepEqual(pieceOfKey('a/', keyOfPiece('a/', piece)), piece);
    assert.ok(keyOfPiece('a/', piece) < keyOfPiece('a/', { ...piece, from: 10_000, to: 20_000 }));
  });

  it('rejects a log with a gap, inside a file and between files', () => {
    const piece = (from: number, to: number) => ({ file, from, to, after: 0, before: 1 });
    assert.doesNotThrow(() => {
      checkGapless(file, [piece(0, 10), piece(10, 20)]);
    });
    assert.throws(() => {
      checkGapless(file, [piece(0, 10), piece(11, 20)]);
    }, /lacks bytes 10 to 11/);
    assert.throws(() => {
      checkConsecutive(file, ['binlog.000001', 'binlog.000003']);
    }, /lacks the log before binlog.000003/);
    assert.throws(() => {
      checkConsecutive(file, ['binlog.000002']);
    }, /lacks the log before binlog.000002/);
  });

  it('rejects a piece in which a single bit differs', () => {
    const sealed = seal(Buffer.from('a booking'), 'a passphrase');
    assert.equal(unseal(sealed, 'a passphrase').toString(), 'a booking');
    sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 1, sealed.length - 1);
    assert.throws(() => unseal(sealed, 'a passphrase'));
    assert.throws(() => unseal(seal(Buffer.from('a booking'), 'a passphrase'), 'another'));
  });
});
