import * as assert from 'node:assert/strict';
import { checkRatchet, demoteToken } from '../../infra/ratchet';
import { AgenteError } from '../../recovery/errors';
import { roles, type Role } from '../../recovery/sites';

const config = (role: Role, demote: string | null = null) => ({ site: 'dr' as const, role, demote });

describe('ratchet of the role', () => {
  it('rejects the file from Git that still says standby after a failover, and says both ways on', () => {
    assert.throws(
      () => {
        checkRatchet({ role: 'active', generation: 3 }, config('standby'));
      },
      (error: unknown) =>
        error instanceof AgenteError &&
        error.code === 'role-ratchet' &&
        error.hint.includes('pulumi config set role active --stack dr') &&
        error.hint.includes('pulumi config set demote dr:3 --stack dr'),
    );
  });

  it('rejects every lowering and lets everything else pass', () => {
    for (const last of roles) {
      for (const next of roles) {
        const check = () => {
          checkRatchet({ role: last, generation: 1 }, config(next));
        };
        if (roles.indexOf(next) < roles.indexOf(last)) assert.throws(check, AgenteError, `${last} -> ${next}`);
        else check();
      }
    }
  });

  it('lets a first deployment have any role', () => {
    for (const role of roles) checkRatchet(null, config(role));
  });

  it('gives way to the token of this site and this generation, and rejects any other', () => {
    const last = { role: 'active', generation: 2 } as const;
    checkRatchet(last, config('standby', demoteToken('dr', 2)));
    for (const token of ['', 'dr', 'dr:1', 'primary:2', 'dr:22']) {
      assert.throws(() => {
        checkRatchet(last, config('standby', token));
      }, AgenteError);
    }
  });
});
