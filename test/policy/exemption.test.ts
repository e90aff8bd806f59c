import * as assert from 'node:assert/strict';
import { Exemptions, readExemptions } from '../../policy/exemption';
import { rules } from '../../policy/rules';
import { AgenteError, exitCodes } from '../../recovery/errors';

const ids = rules.map(({ id }) => id);
const urn = 'urn:pulumi:primary::agente-dr::aws:kms/key:Key::key-key';
const row = {
  rule: 'dr-kms-multi-region',
  urn: 'urn:pulumi:primary::*::key-key',
  owner: 'platform',
  reason: 'one store',
  until: '2026-12-31',
};
const refused = (pattern: RegExp) => (error: unknown) =>
  error instanceof AgenteError && error.exitCode === exitCodes.usage && pattern.test(`${error.message} ${error.hint}`);

const exemptions = (today: string) => new Exemptions(readExemptions([row], ids, 'test'), today);
const breach = { rule: { id: row.rule }, urn };

describe('an exemption', () => {
  it('covers its rule for its resources until its last day, and nothing else', () => {
    assert.equal(exemptions('2026-12-31').covers(breach), true);
    assert.equal(exemptions('2027-01-01').covers(breach), false);
    assert.equal(exemptions('2026-12-31').covers({ ...breach, rule: { id: 'dr-kms-window' } }), false);
    assert.equal(exemptions('2026-12-31').covers({ ...breach, urn: urn.replace('primary', 'dr') }), false);
  });

  it('is a breach itself when it is over, or when nothing needs it', () => {
    const over = exemptions('2027-01-01');
    over.covers(breach);
    assert.match(over.stale('primary').join(), /held until 2026-12-31/);
    const unused = exemptions('2026-12-01');
    assert.match(unused.stale('primary').join(), /is not needed/);
    unused.covers(breach);
    assert.deepEqual(unused.stale('primary'), []);
  });

  it('is looked at only with the stack that it is for', () => {
    assert.deepEqual(exemptions('2026-12-01').stale('dr'), []);
  });

  it('rejects a rule that there is not, and names the near one', () => {
    assert.throws(
      () => readExemptions([{ ...row, rule: 'dr-kms-multiregion' }], ids, 'test'),
      refused(/dr-kms-multiregion.*dr-kms-multi-region/),
    );
  });

  it('rejects rows without an owner, a reason or a day, and what is no list', () => {
    for (const key of ['owner', 'reason', 'until', 'urn'] as const) {
      const { [key]: _left, ...rest } = row;
      assert.throws(() => readExemptions([rest], ids, 'test'), refused(new RegExp(key)));
    }
    for (const wrong of [{}, 'none', [{ ...row, until: 'soon' }], [{ ...row, more: 1 }]]) {
      assert.throws(() => readExemptions(wrong, ids, 'test'), refused(/test/));
    }
  });
});
