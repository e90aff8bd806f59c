import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gateRules } from '../../cli/gate/finding';
import { levels } from '../../policy/levels';
import { rules } from '../../policy/rules';
import { checkoutRoot } from '../../scripts/checkout';

const tiers = [1, 2, 3, 4] as const;

describe('the page of the rules', () => {
  const text = fs.readFileSync(path.join(checkoutRoot(), 'docs', 'policy.md'), 'utf8');
  const anchors = [...text.matchAll(/<a id="(dr-[\w-]+)"><\/a>/g)].map(([, id]) => id);

  it('has an anchor for every rule that a message sends people to, and none for another', () => {
    assert.deepEqual(anchors.sort(), [...rules.map(({ id }) => id), ...Object.keys(gateRules)].sort());
  });

  it('has a row for every number that can be configured, with what is promised in each tier', () => {
    const told = [...text.matchAll(/^\| `(dr-[\w-]+)` +\| `(\w+)` +\| (at \w+) +\|(.*)\|$/gm)].map(
      ([, id = '', name = '', bound = '', numbers = '']) =>
        [id, name, bound, ...numbers.split('|').map((number) => number.trim())].join(' | '),
    );
    const held = rules.flatMap(({ id, level, settings = {} }) =>
      Object.entries(settings).map(([name, { unit, bound, promised }]) =>
        [
          ...[id, name, bound],
          ...tiers.map((tier) => (levels[level][tier] === 'off' ? 'off' : `${promised[tier]} ${unit}`.trim())),
        ].join(' | '),
      ),
    );
    assert.deepEqual(told, held);
  });

  it('counts the rules and the programs', () => {
    const count = (folder: string): number => fs.readdirSync(path.join(__dirname, folder)).length;
    const [, told, hollow, sound] =
      /(\d+) rules, .* one of (\d+) small programs .* from (\d+) on which/.exec(text) ?? [];
    assert.deepEqual([told, hollow, sound].map(Number), [rules.length, count('hollow'), count('sound')]);
  });

  it('says of every rule what it asks', () => {
    for (const title of [...rules.map((rule) => rule.title), ...Object.values(gateRules)]) {
      assert.ok(text.includes(title), title);
    }
  });
});
