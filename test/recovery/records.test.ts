import assert from 'node:assert/strict';
import { contractSchema, type Contract } from '../../recovery/contract';
import { heartbeatRecord, roleRecord } from '../../recovery/control';
import { bucketName, databaseIdentifier } from '../../recovery/sites';

const contract: Contract = {
  version: 1,
  site: 'dr',
  role: 'standby',
  region: 'us-west-2',
  accountId: '123456789012',
  generation: 1,
  peer: { site: 'primary', region: 'us-east-1', generation: 1 },
  service: {
    domain: 'api.hotel.example',
    port: 443,
    loadBalancer: 'lb.example',
    healthPath: '/health/ready',
  },
  databases: [
    {
      dataset: 'postgres',
      engine: 'postgres',
      identifier: 'agente-postgres-g1',
      host: 'db.example',
      port: 5432,
      databaseName: 'agente_db',
      user: 'agente_user',
      secret: 'agente-dr/postgres',
    },
  ],
  caches: [],
  vault: { bucket: 'v' },
  control: [
    { region: 'us-west-2', bucket: 'a' },
    { region: 'us-east-1', bucket: 'b' },
    { region: 'us-east-2', bucket: 'c' },
  ],
  signal: { region: 'us-west-2', bucket: 's', key: 'k' },
};

/** Paths at which the schema refuses a value. */
function refusals(value: unknown): string[] {
  const result = contractSchema.safeParse(value);
  return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'));
}

describe('the contract', () => {
  it('survives a round trip through JSON', () => {
    assert.deepEqual(contractSchema.parse(JSON.parse(JSON.stringify(contract))), contract);
  });

  it('rejects an unknown version, naming the path', () => {
    assert.deepEqual(refusals({ ...contract, version: 2 }), ['version']);
  });

  it('rejects a missing key, naming the path', () => {
    const { vault: _, ...rest } = contract;
    assert.deepEqual(refusals(rest), ['vault']);
  });

  it('rejects a wrong type deep inside, naming the path', () => {
    const databases = contract.databases.map((database) => ({
      ...database,
      port: '5432',
    }));
    assert.deepEqual(refusals({ ...contract, databases }), ['databases.0.port']);
  });

  it('rejects two witnesses where three are needed', () => {
    assert.deepEqual(refusals({ ...contract, control: contract.control.slice(1) }), ['control']);
  });

  it('rejects a key it does not know', () => {
    assert.deepEqual(contractSchema.safeParse({ ...contract, password: 'x' }).success, false);
  });
});

describe('the records of the control buckets', () => {
  const role = {
    version: 1,
    epoch: 2,
    activeSite: 'dr',
    generation: 1,
    incident: null,
    changedAt: '2026-11-23T21:00:00Z',
  };

  it('rejects an epoch of zero and a site that does not exist', () => {
    assert.equal(roleRecord.safeParse(role).success, true);
    assert.equal(roleRecord.safeParse({ ...role, epoch: 0 }).success, false);
    assert.equal(roleRecord.safeParse({ ...role, activeSite: 'secondary' }).success, false);
  });

  it('rejects an instant without a zone', () => {
    assert.equal(roleRecord.safeParse({ ...role, changedAt: '2026-11-23T21:00:00' }).success, false);
    assert.equal(
      heartbeatRecord.safeParse({
        version: 1,
        site: 'dr',
        epoch: 1,
        sequence: 0,
        at: '2026-11-23T21:00:00',
        fenced: false,
        cacheSeededEpoch: null,
      }).success,
      false,
    );
  });
});

describe('names', () => {
  it('keep buckets within the 63 characters of S3', () => {
    for (const purpose of ['vault', 'control', 'signal'] as const) {
      assert.ok(bucketName(purpose, '123456789012', 'ap-southeast-2').length <= 63);
    }
  });

  it('give every generation of a database a name of its own', () => {
    assert.notEqual(databaseIdentifier('postgres', 1), databaseIdentifier('postgres', 2));
    assert.match(databaseIdentifier('postgres', 12), /^[a-z][a-z0-9-]{0,62}$/);
  });
});
