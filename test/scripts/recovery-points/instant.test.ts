import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { AgenteError } from '../../../recovery/errors';
import { bothClocks, parseInstant } from '../../../scripts/recovery-points/instant';

describe('an instant as a person writes it', () => {
  it('is UTC without a zone', () => {
    assert.equal(parseInstant('2024-10-15 14:30:00').toISOString(), '2024-10-15T14:30:00.000Z');
    assert.equal(parseInstant('2024-10-15T14:30').toISOString(), '2024-10-15T14:30:00.000Z');
  });

  it('is moved by its offset', () => {
    assert.equal(parseInstant('2024-10-15 14:30:00-03:00').toISOString(), '2024-10-15T17:30:00.000Z');
    assert.equal(parseInstant('2024-10-15 14:30:00.250 +0530').toISOString(), '2024-10-15T09:00:00.250Z');
    assert.equal(parseInstant('2024-10-15 14:30:00 UTC').toISOString(), '2024-10-15T14:30:00.000Z');
  });

  for (const written of ['yesterday', '', '2024-02-30', '2024-10-15 25:00', '2024-10-15 14:30 +25:00', '15/10/2024']) {
    it(`rejects ${JSON.stringify(written)}`, () => {
      assert.throws(
        () => parseInstant(written),
        (error) => error instanceof AgenteError && error.code === 'argument-invalid' && error.message.includes(written),
      );
    });
  }

  for (const [zone, wall] of [
    ['UTC', '2026-11-28 14:30:00 UTC'],
    ['America/Sao_Paulo', '2026-11-28 14:30:00 UTC (here 2026-11-28 11:30:00-03:00)'],
    ['Asia/Kolkata', '2026-11-28 14:30:00 UTC (here 2026-11-28 20:00:00+05:30)'],
  ] as const) {
    it(`means one moment and is shown by both clocks in ${zone}`, () => {
      const program =
        "require('./tools/register.js');" +
        "const { parseInstant, bothClocks } = require('./scripts/recovery-points/instant');" +
        "process.stdout.write(bothClocks(parseInstant('2026-11-28 14:30:00')))";
      const ran = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', env: { ...process.env, TZ: zone } });
      assert.equal(ran.stdout, wall, ran.stderr);
    });
  }

  it('keeps its milliseconds when it is shown', () => {
    assert.match(bothClocks(new Date('2026-11-28T14:30:00.123Z')), /14:30:00\.123 UTC/);
  });
});
