import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planExpiry } from '../../../scripts/catalogue/expiry';
import type { Manifest } from '../../../scripts/catalogue/manifest';
import { samplePoint } from '../sample-point';

const now = new Date('2026-11-28T00:00:00.000Z');
const daysAgo = (days: number): string => new Date(now.getTime() - days * 86_400_000).toISOString();
const idAt = (days: number, kind: string, tail: string): string =>
  `${daysAgo(days).replace(/[-:]/g, '').replace(/\.\d+/, '')}-${kind}-${tail}`;
const point = (days: number, kind: string, parent: Manifest | null = null, tail = '0000'): Manifest =>
  samplePoint(idAt(days, kind, tail), daysAgo(days), { parent: parent?.id ?? null });
const expiredIds = (points: readonly Manifest[]): string[] => planExpiry(points, now).expired.map(({ id }) => id);

describe('expiry', () => {
  it('keeps full points for 30 days and incremental ones for 7', () => {
    const old = point(31, 'full');
    const kept = point(29, 'full');
    const oldIncrement = point(8, 'incremental', kept);
    const increment = point(6, 'incremental', kept);
    assert.deepEqual(expiredIds([old, kept, oldIncrement, increment]), [oldIncrement.id, old.id]);
  });

  it('keeps an old full point that a young increment builds on', () => {
    const base = point(31, 'full');
    const increment = point(6, 'incremental', base);
    const newer = point(1, 'full');
    assert.deepEqual(expiredIds([base, increment, newer]), []);
  });

  it('keeps the newest full point however old it is', () => {
    const older = point(200, 'full');
    const newest = point(100, 'full');
    assert.deepEqual(expiredIds([older, newest]), [older.id]);
  });

  it('keeps the full point that the oldest kept log is replayed on', () => {
    const base = point(40, 'full');
    const log = point(6, 'log');
    const newer = point(5, 'full');
    assert.deepEqual(expiredIds([base, log, newer]), []);
  });

  it('keeps no full point for pieces of log that build on another', () => {
    const old = point(40, 'full');
    const oldLog = point(38, 'log', old);
    const base = point(20, 'full');
    const log = { ...point(6, 'log', base), restorable: { from: daysAgo(38), to: daysAgo(6) } };
    assert.deepEqual(expiredIds([old, oldLog, base, log]), [oldLog.id, old.id]);
  });

  it('never takes what a kept point needs, and takes dependants first', () => {
    const days = fc.integer({ min: 0, max: 60 });
    const history = fc.array(fc.record({ days, kind: fc.constantFrom('full', 'incremental', 'log') }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(history, (steps) => {
        const points: Manifest[] = [];
        for (const [index, { days: age, kind }] of [...steps].sort((a, b) => b.days - a.days).entries()) {
          const base = points.findLast((each) => each.kind !== 'log') ?? null;
          if (kind === 'incremental' && base === null) continue;
          points.push(point(age, kind, kind === 'incremental' ? base : null, index.toString(16).padStart(4, '0')));
        }
        const expired = expiredIds(points);
        const gone = new Set(expired);
        for (const each of points) {
          if (each.parent === null) continue;
          const kept = !gone.has(each.id);
          assert.ok(!kept || !gone.has(each.parent), `${each.id} is kept and needs ${each.parent}`);
          if (gone.has(each.id) && gone.has(each.parent)) {
            assert.ok(expired.indexOf(each.id) < expired.indexOf(each.parent), `${each.parent} goes before ${each.id}`);
          }
        }
        assert.ok(
          points.every((each) => each.kind !== 'full') ||
            points.some((each) => each.kind === 'full' && !gone.has(each.id)),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
