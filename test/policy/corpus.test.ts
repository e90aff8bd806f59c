import * as assert from 'node:assert/strict';
import { rules } from '../../policy/rules';
import { Analyzer, type Said } from './analyzer';
import { cases } from './cases';
import { findingsIn, linesOf, namesIn, recordProgram, stackOfRecorded } from './programs';

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** Lines that are only in one of two files, from the first difference to the last. */
function difference(one: readonly string[], other: readonly string[]): [number, number] {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  return [one.length - start - end, other.length - start - end];
}

describe('programs with one mistake', function () {
  this.timeout(60_000);
  let analyzer: Analyzer;
  before(async () => {
    analyzer = await Analyzer.start();
  });
  after(() => analyzer.stop());

  it('are all in the table, at least 60 of them and 20 from fixtures of other tools', () => {
    assert.deepEqual(namesIn('hollow'), Object.keys(cases).sort());
    assert.ok(Object.keys(cases).length >= 60);
    assert.ok(Object.values(cases).filter(({ origin }) => origin !== undefined).length >= 20);
    assert.ok(namesIn('sound').length >= 20);
  });

  it('name every rule: none could be taken away unseen', () => {
    const named = unique(Object.values(cases).map(({ rule }) => rule));
    assert.deepEqual(named, unique(rules.map(({ id }) => id)));
  });

  for (const [name, { twin, rule }] of Object.entries(cases)) {
    it(`differ by one line from a sound one: ${name}`, () => {
      const [taken, given] = difference(linesOf('sound', twin), linesOf('hollow', name));
      assert.ok(taken + given > 0 && taken <= 1 && given <= 1, `${taken} lines taken, ${given} given`);
    });

    it(`fail by exactly the rule that is meant, in a preview and on a state: ${name}`, async () => {
      const said = await analyzer.look(await recordProgram('hollow', name, true));
      assert.deepEqual(rulesIn(said), [rule], JSON.stringify(said, null, 1));
      const stack = stackOfRecorded(await recordProgram('hollow', name, false));
      assert.deepEqual(unique(findingsIn(stack).map((finding) => finding.rule.id)), [rule]);
      // Switched off, its program passes: this test would see it.
      assert.deepEqual(
        findingsIn(
          stack,
          rules.filter(({ id }) => id !== rule),
        ),
        [],
      );
    });
  }

  for (const name of namesIn('sound')) {
    it(`are told apart from a sound one, on which all is silent: ${name}`, async () => {
      const said = await analyzer.look(await recordProgram('sound', name, true));
      assert.deepEqual(rulesIn(said), [], JSON.stringify(said, null, 1));
      assert.deepEqual(findingsIn(stackOfRecorded(await recordProgram('sound', name, false))), []);
    });
  }

  /** That some judgements wait for the update is no finding. */
  const rulesIn = (said: readonly Said[]): string[] =>
    unique(said.filter(({ policy }) => policy !== 'dr-waits').map((one) => one.rule));
});
