import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { formatTry, Ledger, parseTry, readLedger, type Try } from '../../../cli/drill/ledger';

const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });
const outcome = fc.oneof(
  fc.record({ site: fc.constantFrom('primary' as const, 'dr' as const), failure: fc.constant(null) }),
  fc.record({
    site: fc.constant(null),
    failure: fc.constantFrom('timeout', 'http-503', 'ECONNREFUSED', 'UND_ERR_SOCKET'),
  }),
);
const anyTry: fc.Arbitrary<Try> = fc
  .tuple(fc.nat(), instant, instant, outcome)
  .map(([sequence, sentAt, endedAt, rest]) => ({ sequence, sentAt, endedAt, ...rest }));

describe('the ledger', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ledger-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  it('gives back every try that was written', () => {
    fc.assert(
      fc.property(anyTry, (entry) => {
        assert.deepEqual(parseTry(formatTry(entry)), entry);
      }),
    );
  });

  it('keeps the order and leaves out a line that was cut off by a kill', () => {
    const file = path.join(folder, 'l.csv');
    const tries = fc.sample(anyTry, 20);
    const ledger = new Ledger(file);
    ledger.append(tries.slice(0, 7));
    ledger.append(tries.slice(7));
    ledger.close();
    assert.deepEqual(readLedger(file), tries);
    fs.truncateSync(file, fs.statSync(file).size - 3);
    assert.deepEqual(readLedger(file), tries.slice(0, -1));
  });

  it('rejects a file that exists, so that no drill overwrites the evidence of another', () => {
    const file = path.join(folder, 'l.csv');
    new Ledger(file).close();
    assert.throws(() => new Ledger(file), { code: 'EEXIST' });
  });

  for (const line of ['', '1,2,3', '1,2,3,primary,timeout', '1,2,3,,', '1,x,3,dr,', '1,2,3,mars,', '1,2,3,dr,,9']) {
    it(`rejects the line "${line}"`, () => {
      assert.throws(() => parseTry(line), /not a ledger line/);
    });
  }

  it('holds a failure with a comma and a newline in one field', () => {
    const entry: Try = { sequence: 1, sentAt: 2, endedAt: 3, site: null, failure: 'a,b\nc' };
    assert.equal(parseTry(formatTry(entry)).failure, 'a_b_c');
  });
});
