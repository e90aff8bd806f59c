import type { Duration } from './duration';
import type { Schedule } from './schedule';
import { fieldsOf } from './schedule-fields';

interface Load {
  readonly schedule: Schedule;
  /** The longest a run may take. */
  readonly budget: Duration;
  /** What a run needs while it runs. */
  readonly needs: number;
}

const minutesOfDay = 24 * 60;

/** The most that jobs need at one moment, each as late as it may be, as if every day were one of theirs. */
export function mostAtOnce(loads: readonly Load[]): number {
  const needed = new Array<number>(minutesOfDay).fill(0);
  for (const { schedule, budget, needs } of loads) {
    for (const minute of busyMinutes(schedule, budget)) needed[minute] = (needed[minute] ?? 0) + needs;
  }
  return Math.max(...needed);
}

/** Minutes of a day in which a run goes on, once for each run. */
function busyMinutes({ cron }: Schedule, budget: Duration): number[] {
  const { hours, minutes } = fieldsOf(cron);
  const lasts = Math.min(minutesOfDay, Math.max(1, Math.ceil(budget.ms / 60_000)));
  const starts = [...hours].flatMap((hour) => [...minutes].map((minute) => hour * 60 + minute));
  return starts.flatMap((start) => Array.from({ length: lasts }, (_, index) => (start + index) % minutesOfDay));
}
