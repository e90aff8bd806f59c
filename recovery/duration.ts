/** Milliseconds in one of each unit that a duration may be written in. */
const unitMs = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
} as const;

type Unit = keyof typeof unitMs;

/** How a duration is written in tables and configuration: `"15m"`, `"4h"`, `"90d"`. */
export type DurationText = `${number}${Unit}`;

/**
 * A length of time. Every interval, budget and objective of this project is one; no other module
 * passes around a bare number of minutes, days or seconds.
 *
 * Conversions refuse to round: asking 90 s for whole minutes throws, because a rounded objective is
 * another objective.
 */
export class Duration {
  private constructor(
    /** Length in milliseconds, an integer >= 0. */
    readonly ms: number,
  ) {}

  /** @throws RangeError when the length is not a whole, non-negative number of milliseconds. */
  static ofMs(ms: number): Duration {
    if (!Number.isSafeInteger(ms) || ms < 0) {
      throw new RangeError(`duration is a whole number of milliseconds >= 0, got ${String(ms)}`);
    }
    return new Duration(ms);
  }

  /** @throws RangeError when the text is not a number followed by ms, s, m, h, d or w. */
  static parse(text: string): Duration {
    const match = /^(\d+)(?:\.(\d+))?(ms|s|m|h|d|w)$/.exec(text.trim());
    if (match?.[1] === undefined || match[3] === undefined) {
      throw new RangeError(`duration is a number and a unit (ms, s, m, h, d, w), got "${text}"`);
    }
    // In integers, because 0.1 has no exact double and a duration refuses to round.
    const fraction = match[2] ?? '';
    const scaled = BigInt(match[1] + fraction) * BigInt(unitMs[match[3] as Unit]);
    const scale = 10n ** BigInt(fraction.length);
    if (scaled % scale !== 0n) throw new RangeError(`"${text}" is not a whole number of milliseconds`);
    return Duration.ofMs(Number(scaled / scale));
  }

  /** Length in seconds, exact; may have a fraction. */
  get seconds(): number {
    return this.ms / unitMs.s;
  }

  /** @throws RangeError when the length is not a whole number of days (AWS retention periods are). */
  toWholeDays(): number {
    return this.whole('d', 'days');
  }

  /** @throws RangeError when the length is not a whole number of minutes (ECS bakes in minutes). */
  toWholeMinutes(): number {
    return this.whole('m', 'minutes');
  }

  /** @throws RangeError when the length is not a whole number of seconds (TTLs and intervals are). */
  toWholeSeconds(): number {
    return this.whole('s', 'seconds');
  }

  plus(other: Duration): Duration {
    return Duration.ofMs(this.ms + other.ms);
  }

  times(factor: number): Duration {
    return Duration.ofMs(this.ms * factor);
  }

  isLongerThan(other: Duration): boolean {
    return this.ms > other.ms;
  }

  static longer(a: Duration, b: Duration): Duration {
    return a.isLongerThan(b) ? a : b;
  }

  /** The shortest exact spelling in one unit: `"15m"`, `"90s"`, `"1500ms"`. */
  toString(): DurationText {
    const units = (Object.keys(unitMs) as Unit[]).reverse();
    const unit = units.find((candidate) => this.ms % unitMs[candidate] === 0 && this.ms > 0) ?? 's';
    return `${this.ms / unitMs[unit]}${unit}`;
  }

  toJSON(): string {
    return this.toString();
  }

  private whole(unit: Unit, name: string): number {
    const count = this.ms / unitMs[unit];
    if (!Number.isInteger(count)) {
      throw new RangeError(`${this.toString()} is not a whole number of ${name}`);
    }
    return count;
  }
}

/** Shorthand for literals in tables: `duration('15m')`. */
export function duration(text: DurationText): Duration {
  return Duration.parse(text);
}
