import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Fields } from '../../local/provider/fields';
import { makePassword, RandomProvider } from '../../local/provider/random';
import { isSecret, reveal, type Properties } from '../../local/provider/values';

const type = 'random:index/randomPassword:RandomPassword';
const subject = { urn: `urn:pulumi:dr::agente-dr::${type}::p`, type, name: 'p' };

describe('the random provider', () => {
  it('makes passwords of the length and the alphabet that were asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 64 }), fc.boolean(), (length, special) => {
        const inputs = { length, special, overrideSpecial: '-_', minUpper: 2, minNumeric: 2 };
        const password = makePassword(new Fields(inputs));
        assert.equal(password.length, length);
        assert.match(password, special ? /^[A-Za-z0-9_-]+$/ : /^[A-Za-z0-9]+$/);
        assert.ok(password.replace(/[^A-Z]/g, '').length >= 2);
        assert.ok(password.replace(/[^0-9]/g, '').length >= 2);
      }),
    );
  });

  it('rejects a length in which what is needed has no room', () => {
    assert.throws(() => makePassword(new Fields({ length: 2, minUpper: 2, minNumeric: 2 })), /no password/);
  });

  it('marks the password as secret, and keeps it over updates', async () => {
    const random = new RandomProvider();
    const inputs: Properties = { length: 20 };
    const made = await random.create(subject, inputs, false);
    assert.ok(isSecret(made.state['result']));
    const state = await random.update(subject, made, inputs, inputs);
    assert.equal(reveal(state['result'] ?? null), reveal(made.state['result'] ?? null));
  });

  it('makes a new one when what shapes it changes', () => {
    const [change] = new RandomProvider().diff(subject, { length: 20 }, { length: 24 }).changes;
    assert.equal(change?.replaces, true);
  });

  it('rejects another type, by name', () => {
    const other = { ...subject, type: 'random:index/randomId:RandomId' };
    assert.throws(() => new RandomProvider().check(other, {}, {}), /do not know the type random:index\/randomId/);
  });
});
