import { Cron } from 'croner';
import type { Duration } from './duration';
import { toAwsExpression } from './schedule-aws';
import { gapInUtc } from './schedule-gap';
import { gapInZone } from './schedule-zone';

/** Names, numbers, lists, ranges and steps: what every cron reads alike. `L`, `W`, `#` and seconds are not of it. */
const value = String.raw`(?:\d+|[a-z]{3})`;
const item = String.raw`(?:\*|${value}(?:-${value})?)(?:/\d+)?`;
const field = new RegExp(`^${item}(?:,${item})*$`, 'i');

/** When a job starts: five fields of cron, in UTC unless a zone is given. */
export class Schedule {
  private constructor(
    /** The five fields. */
    readonly cron: string,
    readonly zone: string,
  ) {}

  /** @throws RangeError when the text is not five fields of cron, or the zone is unknown. */
  static cron(text: string, zone = 'UTC'): Schedule {
    const fields = text.trim().split(/\s+/);
    if (fields.length !== 5 || !fields.every((part) => field.test(part))) {
      throw new RangeError(`a schedule is five fields of cron (minute hour day month weekday), got "${text}"`);
    }
    const cron = fields.join(' ');
    try {
      new Cron(cron, { timezone: zone, mode: '5-part', paused: true }).nextRun(new Date(0));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RangeError(`"${text}" is no schedule in ${zone}: ${reason}`, { cause: error });
    }
    return new Schedule(cron, zone);
  }

  /** False for a date that no year has, such as 30 February. */
  get fires(): boolean {
    return gapInUtc(this.cron) !== null;
  }

  /**
   * Longest time between two starts, over month ends, leap years (2100 is none) and changes of the clock.
   * @throws RangeError when it never fires.
   */
  largestGap(): Duration {
    const gap = this.zone === 'UTC' ? gapInUtc(this.cron) : gapInZone(this.cron, this.zone);
    if (gap === null) throw new RangeError(`"${this.cron}" never fires`);
    return gap;
  }

  /** As EventBridge Scheduler writes it. @throws RangeError for a day of the month and a weekday at once. */
  toAwsExpression(): string {
    return toAwsExpression(this.cron);
  }

  toString(): string {
    return this.zone === 'UTC' ? this.cron : `${this.cron} ${this.zone}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
