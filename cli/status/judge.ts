import { heartbeatInterval } from '../../recovery/cadence';
import { duration, type Duration } from '../../recovery/duration';
import { promisedDataset } from '../promised';
import type { Gathered } from './gather';

/** A standby says how far it is with every beat; after three without a word it counts as away. */
const patience = heartbeatInterval.times(3);

function age(instant: string, now: Date): number {
  return (now.getTime() - Date.parse(instant)) / 1_000;
}

/** What keeps the promise from holding now, each in words; empty when all is well. Missing data is a fault. */
export function faultsOf(status: Gathered, now: Date): string[] {
  return [...roleFaults(status, now), ...replayFaults(status, now), ...failoverFaults(status)];
}

function roleFaults({ role, heartbeat, witnesses }: Gathered, now: Date): string[] {
  if (role === null) return ['no two witnesses agree on which site is active'];
  const silent = witnesses.filter((witness) => 'state' in witness.role);
  const faults = silent.map((witness) => `the witness in ${witness.region} says nothing`);
  if (heartbeat === null) return [...faults, 'the active site has no heartbeat'];
  const seconds = age(heartbeat.at, now);
  if (seconds > patience.seconds) faults.push(`the newest heartbeat is ${seconds.toFixed(0)} s old`);
  if (heartbeat.fenced) faults.push(`site ${heartbeat.site} has fenced itself`);
  if (heartbeat.cacheSeededEpoch !== heartbeat.epoch) faults.push('the cache has not been rebuilt for this epoch');
  return faults;
}

function replayFaults({ replay, heartbeat, datasets }: Gathered, now: Date): string[] {
  if (replay === null) return ['no standby reports what it has replayed: nothing protects from a lost region'];
  const silentFor = age(replay.reportedAt, now);
  if (silentFor > patience.seconds) return [`the standby reported last ${silentFor.toFixed(0)} s ago`];
  return datasets.flatMap((dataset) => {
    const [committed, beat] = [heartbeat?.databases[dataset] ?? null, replay.databases[dataset]];
    if (beat === undefined) return [`the standby of ${dataset} has never answered its keeper`];
    if (beat === null) return [`the standby of ${dataset} has not replayed any heartbeat`];
    if (committed === null) return [`${dataset} has no heartbeat on the active site`];
    const lag = age(beat.at, new Date(committed.at));
    const most = maxLagOf(dataset).seconds + heartbeatInterval.seconds;
    return lag > most ? [`the standby of ${dataset} is ${lag.toFixed(0)} s behind`] : [];
  });
}

function maxLagOf(dataset: string): Duration {
  const { protection } = promisedDataset(dataset);
  return protection.kind === 'replica' ? protection.maxLag : duration('0s');
}

function failoverFaults(status: Gathered): string[] {
  const { journal, configured, inState, deployed, contractFault, stack, site, role } = status;
  const faults = contractFault === null ? [] : [contractFault];
  if (journal?.finishedAt === null) {
    const left = journal.steps.filter((step) => step.outcome !== 'done').map((step) => `${step.id} ${step.outcome}`);
    const where = left.length === 0 ? '' : ` (${left.join(', ')})`;
    faults.push(`failover ${journal.incident} is not finished${where}: run \`agente-dr failover --stack ${stack}\``);
  }
  const actual = inState ?? deployed;
  if (actual !== null && actual !== configured) {
    faults.push(
      `stack ${stack} is ${actual}, but its file says ${configured}: \`pulumi config set role ${actual} --stack ${stack}\``,
    );
  }
  // A site that was given up waits for its rebuild. A promotion by hand raises no epoch: the keeper there neither beats nor rebuilds the cache.
  if (actual === 'active' && role !== null && role.activeSite !== site) {
    faults.push(
      `stack ${stack} is active, but the witnesses name ${role.activeSite}: ` +
        `\`agente-dr rebuild --stack ${stack}\` if it was given up, \`agente-dr failover --stack ${stack}\` if it was promoted by hand`,
    );
  }
  return faults;
}
