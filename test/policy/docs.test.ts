import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gateRules } from '../../cli/gate/finding';
import { rules } from '../../policy/rules';
import { checkoutRoot } from '../../scripts/checkout';

describe('the page of the rules', () => {
  const text = fs.readFileSync(path.join(checkoutRoot(), 'docs', 'policy.md'), 'utf8');
  const anchors = [...text.matchAll(/<a id="(dr-[\w-]+)"><\/a>/g)].map(([, id]) => id);

  it('has an anchor for every rule that a message sends people to, and none for another', () => {
    assert.deepEqual(anchors.sort(), [...rules.map(({ id }) => id), ...Object.keys(gateRules)].sort());
  });

  it('says of every rule what it asks', () => {
    for (const { title } of rules) assert.ok(text.includes(title), title);
  });
});
