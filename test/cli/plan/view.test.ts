import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadWorkload, refuseNothing } from '../../../cli/plan/load';
import type { Growth } from '../../../cli/plan/forecast';
import { asData, asMarkdown, asText } from '../../../cli/plan/view';
import { AgenteError } from '../../../recovery/errors';
import { planRecovery } from '../../../recovery/plan';

const shipped = planRecovery(loadWorkload('shipped'));
const seed = planRecovery(loadWorkload('seed'));
const growth: Growth = { place: 'aws', rows: [] };

describe('agente-dr plan', () => {
  it('shows a row for each store, with promise, worst cases and margin', () => {
    const text = asText(shipped, growth);
    assert.match(
      text,
      /^postgres +1 +15 min \/ 1 h +5 min \/ 52 min +1 min \/ 4 min +1 min \/ 2 h 30 min +13 % \(time\)/m,
    );
    assert.match(text, /the promise holds\n$/);
  });

  it('shows each contradiction with its place, its numbers, its code and its fix', () => {
    const text = asText(seed, growth);
    assert.match(text, /the promise is broken in \d+ places:/);
    assert.match(
      text,
      /^runbooks\.scenario-1\.steps: its steps add to 1 h 5 min; the objective is 1 h \[steps-above-rto\]\n {2}fix: /m,
    );
  });

  it('says the same in Markdown and to machines', () => {
    const { faults } = asData(seed, growth);
    const page = asMarkdown(seed, growth);
    for (const { code } of faults) assert.ok(page.includes(`\`${code}\``), code);
    assert.doesNotThrow(() => JSON.stringify(asData(seed, growth)));
  });

  it('rejects a file with two rows of one name, which JSON.parse would swallow', () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'plan-')), 'table.json');
    fs.writeFileSync(file, '{"datasets": {"a": {}, "a": {}}}');
    assert.throws(
      () => loadWorkload(file),
      (error) => error instanceof AgenteError && /unique/i.test(error.message),
    );
    fs.rmSync(path.dirname(file), { recursive: true });
  });

  it('rejects a table without datasets: nothing is promised, so nothing is kept', () => {
    assert.throws(
      () => {
        refuseNothing('table.json', planRecovery({ datasets: {} }));
      },
      (error) => error instanceof AgenteError && error.message === 'table.json has no datasets',
    );
    refuseNothing('shipped', shipped);
  });

  it('rejects a file that is not there', () => {
    assert.throws(() => loadWorkload('/nowhere/table.json'), AgenteError);
  });
});
