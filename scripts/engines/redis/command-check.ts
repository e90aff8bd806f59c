/**
 * Reads an append-only file as it passes, and knows whether it holds whole commands: arrays of strings with
 * their lengths. Lines with `#` are annotations. Values are skipped, never looked at: no check can know them.
 */
export class CommandCheck {
  /** Bytes of values, with their line ends, that are still to come. */
  private skip = 0;
  private line = '';
  private stringsLeft = 0;
  private position = 0;
  /** Where the first thing stands that is no command; null as long as all is well. */
  brokenAt: number | null = null;

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.brokenAt === null) {
      if (this.skip > 0) {
        const step = Math.min(this.skip, chunk.length - at);
        this.skip -= step;
        at += step;
        continue;
      }
      const end = chunk.indexOf(10, at);
      const part = chunk.subarray(at, end === -1 ? chunk.length : end + 1);
      this.line += part.toString('latin1', 0, Math.min(part.length, longestLine + 1));
      at += part.length;
      if (this.line.length > longestLine && !this.line.startsWith('#')) this.brokenAt = this.position + at;
      else if (end !== -1) this.endLine(this.position + at);
    }
    this.position += chunk.length;
  }

  /** Does it end after a whole command? */
  get isWhole(): boolean {
    return this.brokenAt === null && this.skip === 0 && this.line === '' && this.stringsLeft === 0;
  }

  private endLine(position: number): void {
    const line = this.line;
    this.line = '';
    if (line.startsWith('#') && this.stringsLeft === 0) return;
    const [, mark, digits] = /^([*$])(\d+)\r\n$/.exec(line) ?? [];
    const expected = this.stringsLeft === 0 ? '*' : '$';
    if (mark !== expected) {
      this.brokenAt = position - line.length;
    } else if (mark === '*') {
      this.stringsLeft = Number(digits);
    } else {
      this.skip = Number(digits) + 2;
      this.stringsLeft -= 1;
    }
  }
}

/** Two marks and the digits of a number. */
const longestLine = 32;
