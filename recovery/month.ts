/** A month of the calendar: `"2026-11"`. */
export class Month {
  private constructor(
    /** Months since January of year 0. */
    private readonly index: number,
  ) {}

  /** @throws RangeError when the text is not a year and a month. */
  static parse(text: string): Month {
    const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text.trim());
    if (match === null) throw new RangeError(`month is a year and a month ("2026-11"), got "${text}"`);
    return new Month(Number(match[1]) * 12 + Number(match[2]) - 1);
  }

  plus(months: number): Month {
    return new Month(this.index + months);
  }

  isAfter(other: Month): boolean {
    return this.index > other.index;
  }

  monthsSince(other: Month): number {
    return this.index - other.index;
  }

  toString(): string {
    const year = String(Math.floor(this.index / 12)).padStart(4, '0');
    return `${year}-${String((this.index % 12) + 1).padStart(2, '0')}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
