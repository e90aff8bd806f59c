import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { demoteToken } from '../../infra/ratchet';
import { databaseDatasets, roles, sites, type Site } from '../../recovery/sites';
import type { Asked } from '../components/support';
import { deploy, moves, newStack, type Stack, type Transition } from './transition-model';

const transition = fc.record<Transition>({
  site: fc.constantFrom(...sites),
  role: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('standby', 'active') }, fc.constantFrom(...roles)),
  move: fc.oneof({ weight: 2, arbitrary: fc.constantFrom('keep', 'rebuild') }, fc.constantFrom(...moves)),
  datasets: fc.constantFrom(databaseDatasets, [databaseDatasets[1]]),
  token: fc.constantFrom('none', 'right', 'right', 'stale'),
});

const follows = (resources: readonly Asked[]): Map<string, boolean> =>
  new Map(
    resources
      .filter(({ type }) => type === 'aws:rds/instance:Instance')
      .map(({ name, inputs }) => [name, inputs['replicateSourceDb'] !== undefined]),
  );

/** Of everything once, so that no run proves nothing. */
const wholeLife: Transition[] = (
  [
    { site: 'dr', role: 'active', move: 'keep', token: 'none' },
    { site: 'dr', role: 'standby', move: 'keep', token: 'none' },
    { site: 'primary', role: 'standby', move: 'rebuild', token: 'right' },
    { site: 'dr', role: 'active', move: 'restore', token: 'none' },
    { site: 'primary', role: 'active', move: 'keep', token: 'none' },
    { site: 'dr', role: 'standby', move: 'rebuild', token: 'right' },
    { site: 'dr', role: 'standby', move: 'drop', token: 'right' },
  ] as const
).map((step) => ({ ...step, datasets: databaseDatasets }));

/** Each site begins as it is first deployed. */
async function deployed(): Promise<Record<Site, Stack>> {
  const first = { move: 'keep', datasets: databaseDatasets, token: 'none' } as const;
  // One after the other: the mocks of Pulumi are one per process.
  const primary = await deploy(newStack('primary'), { ...first, site: 'primary', role: 'active' });
  const dr = await deploy(newStack('dr'), { ...first, site: 'dr', role: 'standby' });
  return { primary: primary.after, dr: dr.after };
}

describe('any sequence of transitions', function () {
  this.timeout(120_000);

  it('replaces and deletes nothing that holds data, lowers no role without its token, and leads no database back', async () => {
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    await fc.assert(
      fc.asyncProperty(fc.array(transition, { minLength: 1, maxLength: 8 }), async (walk) => {
        const stacks = await deployed();
        for (const step of walk) {
          const before = stacks[step.site];
          const { after, refused, replaced } = await deploy(before, step);
          assert.deepEqual(replaced, []);
          count(refused === null ? `${step.move} accepted` : 'refused');
          if (refused !== null) continue;
          const lowered = roles.indexOf(step.role) < roles.indexOf(before.last?.role ?? 'foundation');
          if (lowered) {
            assert.equal(after.config?.demote, demoteToken(step.site, before.last?.generation ?? 0));
            count('lowered');
          }
          const now = follows(after.resources);
          for (const [name, followed] of follows(before.resources)) {
            assert.ok(now.has(name), `${name} is gone`);
            if (!followed) assert.equal(now.get(name), false, `${name} follows again`);
            const current = before.last?.instances.some(
              ({ dataset, generation }) => name === `${dataset}-g${String(generation)}`,
            );
            // Only what is served next is promoted, and only by the site becoming active.
            if (followed && now.get(name) === false) assert.ok(current === true && step.role === 'active', name);
          }
          stacks[step.site] = after;
        }
      }),
      { numRuns: 15, examples: [[wholeLife]] },
    );
    for (const what of ['keep accepted', 'rebuild accepted', 'restore accepted', 'lowered', 'refused']) {
      assert.ok((seen.get(what) ?? 0) > 0, `${what} never happened: ${JSON.stringify([...seen])}`);
    }
    for (const what of ['empty accepted', 'drop accepted']) assert.equal(seen.get(what), undefined, what);
  });
});
