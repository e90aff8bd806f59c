import assert from 'node:assert/strict';
import type { Catalogue } from '../../../scripts/catalogue/catalogue';
import type { Manifest } from '../../../scripts/catalogue/manifest';
import type { RestoreRequest, RestoreTarget, Work } from '../../../scripts/engines/engine';
import { nearestPoint } from '../../../scripts/engines/points/nearest-point';
import { samplePoint } from '../sample-point';

const at = (hour: number): string => `2026-11-27T${String(hour).padStart(2, '0')}:00:00.000Z`;
const point = (hour: number): Manifest => samplePoint(`20261127T${String(hour)}0000Z-full-0000`, at(hour));

/** The point that is found among those of 10, 12 and 14 o'clock, which the catalogue lists in no order. */
async function found(target: RestoreTarget, base: Manifest | null = null, points = [12, 14, 10]): Promise<string> {
  const listed = points.map(point);
  const catalogue = { dataset: 'redis', list: () => Promise.resolve({ points: listed }) } as unknown as Catalogue;
  const request: RestoreRequest = { target, base, logFolder: null };
  return (await nearestPoint(request, { catalogue } as Work)).restorable.to;
}
const time = (hour: number, milliseconds = 0): RestoreTarget => ({
  to: 'time',
  time: new Date(Date.parse(at(hour)) + milliseconds),
});

describe('the recovery point of a store without a log', () => {
  it('is the newest one, and for a moment the last one that is not after it', async () => {
    assert.equal(await found({ to: 'latest' }), at(14));
    assert.equal(await found({ to: 'point' }), at(14));
    assert.equal(await found(time(13)), at(12));
    assert.equal(await found(time(12)), at(12));
    assert.equal(await found(time(12, -1)), at(10));
    assert.equal(await found(time(20)), at(14));
  });

  it('is the one that is named', async () => {
    assert.equal(await found({ to: 'latest' }, point(10)), at(10));
    assert.equal(await found(time(12), point(10)), at(10));
  });

  it('rejects a moment before the first one, with the range', async () => {
    await assert.rejects(found(time(9)), (error: Error & { code: string; hint: string }) => {
      assert.equal(error.code, 'restore-target-unreachable');
      assert.match(error.hint, new RegExp(`${at(10)}.*${at(14)}`));
      return true;
    });
  });

  it('rejects a named one that is younger than the moment, a position, and a catalogue without points', async () => {
    await assert.rejects(found(time(11), point(12)), { code: 'restore-target-unreachable' });
    await assert.rejects(found({ to: 'position', position: '0/1' }), { code: 'restore-target-unreachable' });
    await assert.rejects(found({ to: 'latest' }, null, []), { code: 'recovery-point-missing' });
  });
});
