import * as assert from 'node:assert/strict';
import { checkRatchet, demoteToken, type LastDeployment } from '../../infra/ratchet';
import { AgenteError } from '../../recovery/errors';
import { roles, type Role } from '../../recovery/sites';
import { shippedConfig } from './support';

const { databases: shipped } = shippedConfig('dr');
const next = { ...shipped.postgres, generation: 2, retained: [{ ...shipped.postgres, retained: undefined }] };
const rebuilt = { postgres: next, pms: next };
const followed = { ...next, retained: next.retained.map((one) => ({ ...one, follows: 1 })) };
const reseeded = { postgres: followed, pms: followed };

const config = (role: Role, demote: string | null = null, databases = shipped) =>
  ({ site: 'dr', role, demote, databases }) as const;

const last = (role: Role, generation = 1): LastDeployment => ({
  role,
  generation,
  instances: (['postgres', 'pms'] as const).map((dataset) => ({ dataset, generation, retained: [] })),
});

function refusal(...args: Parameters<typeof checkRatchet>): string {
  try {
    checkRatchet(...args);
  } catch (error) {
    assert.ok(error instanceof AgenteError);
    assert.equal(error.code, 'role-ratchet');
    return `${error.message} ${error.hint}`;
  }
  throw new Error('nothing was refused');
}

describe('ratchet of the role', () => {
  it('rejects the file from Git that still says standby after a failover, and says both ways on', () => {
    const said = refusal(last('active', 3), config('standby'));
    assert.ok(said.includes('pulumi config set role active --stack dr'), said);
    assert.ok(said.includes('pulumi config set demote dr:3 --stack dr'), said);
  });

  it('rejects every lowering and lets everything else pass', () => {
    for (const before of roles) {
      for (const after of roles) {
        const check = () => {
          checkRatchet(last(before), config(after));
        };
        if (roles.indexOf(after) < roles.indexOf(before)) assert.throws(check, AgenteError, `${before} -> ${after}`);
        else check();
      }
    }
  });

  it('lets a first deployment have any role but that of an active site whose databases follow nobody', () => {
    for (const role of ['foundation', 'standby'] as const) checkRatchet(null, config(role));
    checkRatchet(null, { ...shippedConfig('primary') });
    assert.match(refusal(null, config('active')), /postgres would begin as a replica in an active site/);
  });

  it('gives way to the token of this site and this generation, and rejects any other', () => {
    checkRatchet(last('active'), config('standby', demoteToken('dr', 1), rebuilt));
    for (const token of ['', 'dr', 'dr:2', 'primary:1', 'dr:11'])
      refusal(last('active'), config('standby', token, rebuilt));
  });
});

describe('succession of the instances of a database', () => {
  const token = demoteToken('dr', 1);

  it('rejects a site that is given up with a database that stands alone, naming each', () => {
    const said = refusal(last('active'), config('standby', token));
    for (const dataset of ['postgres', 'pms']) {
      assert.ok(said.includes(`agente-dr:databases.${dataset} stands alone for ever as generation 1: take 2`), said);
    }
    const half = refusal(last('active'), config('standby', token, { ...rebuilt, pms: shipped.pms }));
    assert.ok(half.includes('databases.pms') && !half.includes('databases.postgres'), half);
  });

  it('rejects to drop an instance by not naming it any more', () => {
    const dropped = { ...rebuilt, pms: { ...next, retained: [] } };
    assert.match(refusal(last('standby'), config('standby', null, dropped)), /pms\.retained lacks generation 1/);
    checkRatchet(last('standby'), config('standby', null, reseeded));
  });

  it('rejects a standby that is seeded anew and would promote the old replica by the way', () => {
    assert.match(
      refusal(last('standby'), config('standby', null, rebuilt)),
      /would promote generation 1: say which one/,
    );
  });

  it('rejects a generation that was used before, also one that has been retained since', () => {
    assert.match(refusal(last('standby', 2), config('standby')), /generation is 1, and 2 was used already: take 3/);
    const retained = {
      ...last('standby'),
      instances: [{ dataset: 'postgres', generation: 1, retained: [2] }] as const,
    };
    assert.match(
      refusal(retained, config('standby', null, rebuilt)),
      /generation is 2, and 2 was used already: take 3/,
    );
  });

  it('rejects a new instance that begins empty, or as a replica where there is nothing to follow', () => {
    const empty = { ...rebuilt, postgres: { ...next, origin: 'own' as const } };
    assert.match(refusal(last('active'), config('active', null, empty)), /postgres would begin empty as generation 2/);
    assert.match(
      refusal(last('active'), config('active', null, rebuilt)),
      /would begin as a replica in an active site/,
    );
    assert.match(
      refusal(last('standby'), config('active', null, rebuilt)),
      /would begin as a replica in an active site/,
    );
  });

  it('lets one database be restored to an instant and leaves the other alone', () => {
    const origin = { restoredFrom: 1, at: '2026-11-24T03:00:00Z' };
    checkRatchet(last('active'), config('active', null, { ...shipped, postgres: { ...next, origin } }));
  });

  it('lets a retained instance go once it is retired', () => {
    const before: LastDeployment = {
      ...last('standby', 2),
      instances: [{ dataset: 'postgres', generation: 2, retained: [1] }],
    };
    checkRatchet(before, config('standby', null, { ...rebuilt, postgres: { ...next, retained: [] } }));
  });
});
