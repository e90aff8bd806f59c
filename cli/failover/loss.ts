import type { HeartbeatRecord, ReplayRecord } from '../../recovery/control';
import { Duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';

export interface Loss {
  /** Seconds of acknowledged writes that the standby has not got; null when it cannot be known. */
  readonly seconds: number | null;
  readonly detail: string;
}

/**
 * The newest beat that a witness has, minus the newest that the standby has replayed. Both instants
 * are of one clock, the active site's keeper's.
 *
 * @param fresh whether the standby's report is from after the assessment began; an older one gives an
 * upper bound, because a replay only grows.
 */
export function measureLoss(witnessed: HeartbeatRecord | null, replay: ReplayRecord | null, fresh: boolean): Loss {
  if (witnessed === null) return { seconds: null, detail: 'no witness has a heartbeat' };
  if (replay === null) return { seconds: null, detail: 'the standby has not reported what it has replayed' };
  if (replay.beat === null) return { seconds: null, detail: 'the standby has not replayed any heartbeat' };
  const seconds = Math.max(0, Date.parse(witnessed.at) - Date.parse(replay.beat.at)) / 1_000;
  const sure = fresh ? '' : 'at most ';
  const report = fresh ? '' : ` (the standby's last report is of ${replay.reportedAt})`;
  const detail = `loss ${sure}${seconds.toFixed(1)} s: newest heartbeat ${witnessed.at}, replayed ${replay.beat.at}${report}`;
  return { seconds, detail };
}

/**
 * Holds the loss against the objective.
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
