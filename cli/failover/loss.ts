import type { Beat, HeartbeatRecord, ReplayRecord } from '../../recovery/control';
import { Duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';

export interface Loss {
  readonly dataset: string;
  /** Seconds of acknowledged writes that the standby has not got; null when it cannot be known. */
  readonly seconds: number | null;
  readonly detail: string;
}

/**
 * For each database the newest beat of which a witness knows that it was committed, minus the newest
 * that the standby has replayed. Both instants are of one clock, the active site's keeper's.
 *
 * @param datasets those of the site that takes over, none of which goes unmeasured in silence.
 * @param fresh whether the standby's report is from after the assessment began; an older one gives an
 * upper bound, because a replay only grows.
 */
export function measureLosses(
  datasets: readonly string[],
  witnessed: HeartbeatRecord | null,
  replay: ReplayRecord | null,
  fresh: boolean,
): Loss[] {
  return datasets.map((dataset) => {
    const unmeasured = (detail: string): Loss => ({ dataset, seconds: null, detail: `${dataset}: ${detail}` });
    if (witnessed === null) return unmeasured('no witness has a heartbeat');
    if (replay === null) return unmeasured('the standby has not reported what it has replayed');
    const committed = witnessed.databases[dataset];
    const replayed = replay.databases[dataset];
    if (committed === undefined) return unmeasured('the database of the other site never answered its keeper');
    if (replayed === undefined) return unmeasured('the standby database never answered its keeper');
    if (committed === null) return unmeasured('no heartbeat was committed on the other site');
    if (replayed === null) return unmeasured('the standby has not replayed any heartbeat');
    return { dataset, ...between(dataset, committed, replayed, fresh ? null : replay.reportedAt) };
  });
}

function between(
  dataset: string,
  committed: Beat,
  replayed: Beat,
  staleSince: string | null,
): Pick<Loss, 'seconds' | 'detail'> {
  const seconds = Math.max(0, Date.parse(committed.at) - Date.parse(replayed.at)) / 1_000;
  const sure = staleSince === null ? '' : 'at most ';
  const report = staleSince === null ? '' : ` (the standby's last report is of ${staleSince})`;
  const detail = `${dataset}: loss ${sure}${seconds.toFixed(1)} s, newest heartbeat ${committed.at}, replayed ${replayed.at}${report}`;
  return { seconds, detail };
}

/** The largest of the losses; null when one of them is unknown. */
export function worstOf(losses: readonly Loss[]): number | null {
  const seconds = losses.map((loss) => loss.seconds);
  return seconds.includes(null) ? null : Math.max(0, ...seconds.map(Number));
}

/**
 * Holds a loss against the objective of its dataset.
 * @throws AgenteError loss-above-objective, loss-unmeasured, unless that much was accepted by name.
 */
export function judgeLoss(loss: Loss, objective: Duration, accepted: Duration | null): void {
  if (loss.seconds === null) {
    if (accepted !== null) return;
    throw new AgenteError(
      'loss-unmeasured',
      loss.detail,
      'Find out by other means what would be lost, and run again with --accept-loss D.',
    );
  }
  const allowed = accepted === null ? objective : Duration.longer(objective, accepted);
  if (loss.seconds <= allowed.seconds) return;
  throw new AgenteError(
    'loss-above-objective',
    `${loss.detail}; the objective is ${objective.toString()}`,
    `Restore replication if you can; to go on, run again with --accept-loss ${String(Math.ceil(loss.seconds))}s.`,
  );
}
