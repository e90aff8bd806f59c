import assert from 'node:assert/strict';
import type { DatabaseSpec } from '../../local/api';
import type { Machine } from '../../local/machine';
import { AwsProvider } from '../../local/provider/aws';
import type { Subject } from '../../local/provider/provider';
import type { Properties } from '../../local/provider/values';
import { regionClient } from '../../local/supervisor/client';
import { FakeRegions } from './fake-regions';
import { emptyMachine, removeMachine } from './support';

function subject(type: string): Subject {
  return { urn: `urn:pulumi:dr::agente-dr::${type}::thing`, type, name: 'thing' };
}
const instance = subject('aws:rds/instance:Instance');
const replication = subject('aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication');

describe('a database that the provider makes from backups', () => {
  let machine: Machine;
  let regions: FakeRegions;
  let aws: AwsProvider;

  before(async () => {
    machine = await emptyMachine();
  });
  beforeEach(async () => {
    regions = await FakeRegions.start(machine);
    aws = new AwsProvider(machine, regionClient(machine));
    aws.configure({ region: 'us-west-2' });
  });
  afterEach(() => {
    regions.stop();
  });
  after(() => removeMachine(machine));

  const create = (restoreToPointInTime: Properties) =>
    aws.create(instance, { identifier: 'postgres-g2', skipFinalSnapshot: true, restoreToPointInTime }, false);
  const told = () => (regions.told('createDatabase')[0] as DatabaseSpec).restore;

  it('shows a moment of an instance of its region', async () => {
    await create({ sourceDbInstanceIdentifier: 'postgres-g1', restoreTime: '2026-11-24T03:00:00Z' });
    assert.deepEqual(told(), { from: { identifier: 'postgres-g1' }, at: '2026-11-24T03:00:00Z' });
  });

  it('shows the newest moment of backups that were copied here', async () => {
    await create({ sourceDbInstanceAutomatedBackupsArn: 'arn:ab', useLatestRestorableTime: true });
    assert.deepEqual(told(), { from: { replicatedBackups: 'arn:ab' }, at: null });
  });

  it('rejects both a moment and the newest one, and neither', async () => {
    const refused = { name: 'RegionRefusal', code: 'InvalidParameterCombination' };
    const from = { sourceDbInstanceIdentifier: 'postgres-g1' };
    const both = { ...from, restoreTime: '2026-11-24T03:00:00Z', useLatestRestorableTime: true };
    await assert.rejects(create(both), refused);
    await assert.rejects(create(from), refused);
    assert.deepEqual(regions.heard, []);
  });

  it('has the backups of another region copied, and finds them gone when they are', async () => {
    const inputs = { sourceDbInstanceArn: 'arn:aws:rds:us-east-1:123456789012:db:postgres-g1', retentionPeriod: 14 };
    const made = await aws.create(replication, inputs, false);
    assert.match(made.id, /^arn:aws:rds:us-west-2:\d{12}:auto-backup:ab-[0-9a-f]{32}$/);
    const source = { region: 'us-east-1', identifier: 'postgres-g1' };
    assert.deepEqual(regions.told('replicateBackups'), [{ arn: made.id, source, retentionDays: 14 }]);
    assert.ok((await aws.read(replication, made, inputs)) !== null);
    regions.answers['describeReplicatedBackups'] = () => null;
    assert.equal(await aws.read(replication, made, inputs), null);
    await aws.remove(replication, made, inputs);
    assert.deepEqual(regions.told('ceaseReplicatedBackups'), [{ arn: made.id }]);
  });
});
