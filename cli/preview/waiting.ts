/** A line on the terminal that says what is waited for and for how long; nothing where there is no terminal. */
export class Waiting {
  private readonly startedAt = Date.now();
  private readonly timer: NodeJS.Timeout | null;

  private constructor(private readonly what: string) {
    this.timer = process.stderr.isTTY ? setInterval(this.show.bind(this), 500) : null;
  }

  static begin(what: string): Waiting {
    return new Waiting(what);
  }

  end(): void {
    if (this.timer === null) return;
    clearInterval(this.timer);
    process.stderr.write('\r\u001b[K');
  }

  private show(): void {
    const seconds = Math.floor((Date.now() - this.startedAt) / 1_000);
    process.stderr.write(`\r\u001b[K${this.what} · ${String(seconds)} s`);
  }
}
