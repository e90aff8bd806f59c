import * as fs from 'node:fs';

/**
 * Which versions of a bucket have been dealt with: a file with a line each, only ever appended to.
 * Without it a restarted replicator would copy all again and replay every delete marker.
 */
export class Position {
  private readonly done: Set<string>;

  private constructor(
    private readonly file: string,
    lines: readonly string[],
  ) {
    this.done = new Set(lines);
  }

  static open(file: string): Position {
    if (!fs.existsSync(file)) return new Position(file, []);
    const text = fs.readFileSync(file, 'utf8');
    // A line that a kill cut short is no version, and must not run into the next one.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole !== text) fs.truncateSync(file, Buffer.byteLength(whole));
    return new Position(file, whole.split('\n').slice(0, -1));
  }

  has(versionId: string): boolean {
    return this.done.has(versionId);
  }

  add(...versionIds: readonly string[]): void {
    const news = versionIds.filter((id) => !this.done.has(id));
    if (news.length === 0) return;
    fs.appendFileSync(this.file, news.map((id) => `${id}\n`).join(''), { mode: 0o600 });
    for (const id of news) this.done.add(id);
  }

  remove(): void {
    fs.rmSync(this.file, { force: true });
  }
}
