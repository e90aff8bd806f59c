import assert from 'node:assert/strict';
import { parseContract } from '../../recovery/contract';
import { AgenteError, exitCodes } from '../../recovery/errors';
import { sampleContract as contract } from './contract-sample';

function refusal(value: unknown): AgenteError {
  try {
    parseContract(value, 'bucket b');
  } catch (error) {
    assert.ok(error instanceof AgenteError);
    assert.equal(error.code, 'contract-invalid');
    assert.equal(error.exitCode, exitCodes.notDeployed);
    assert.match(error.message, /bucket b/);
    return error;
  }
  throw new Error('nothing was refused');
}

describe('the contract', () => {
  it('survives a round trip through JSON', () => {
    assert.deepEqual(parseContract(JSON.parse(JSON.stringify(contract)), 'x'), contract);
  });

  it('rejects the version before and the one after, and says whose checkout is the older one', () => {
    assert.match(refusal({ ...contract, version: 1 }).hint, /Deploy the stack again/);
    const newer = refusal({ version: 3 });
    assert.match(newer.message, /has version 3, and these tools read version 2/);
    assert.match(newer.hint, /the checkout that the stack was deployed from/);
  });

  it('rejects every missing key by its path', () => {
    for (const key of Object.keys(contract)) {
      const rest = Object.fromEntries(Object.entries(contract).filter(([name]) => name !== key));
      assert.match(refusal(rest).message, new RegExp(`: ${key}: `));
    }
  });

  it('rejects all that is wrong at once, each by its path, however deep', () => {
    const databases = contract.databases.map((database) => ({ ...database, port: '5432', generation: 0 }));
    const error = refusal({ ...contract, databases, peer: { ...contract.peer, generations: { postgres: 1 } } });
    for (const path of ['databases.0.port', 'databases.0.generation', 'peer.generations.pms']) {
      assert.ok(error.message.includes(`${path}: `), error.message);
    }
  });

  it('rejects two witnesses where three are needed', () => {
    assert.match(refusal({ ...contract, control: contract.control.slice(1) }).message, /control: /);
  });

  it('rejects a key it does not know, and what is no object at all', () => {
    assert.match(refusal({ ...contract, password: 'x' }).message, /password/);
    for (const value of [null, 'x', 42, [], undefined]) refusal(value);
  });
});
