import fs from 'node:fs';
import { mock } from 'node:test';

type Line = Readonly<Record<string, unknown>>;

/** What the keeper has written since. */
export interface Captured {
  readonly lines: readonly Line[];
  of(event: string): Line[];
  restore(): void;
}

/** Takes the keeper's lines off stdout; what others write there passes. */
export function captureLog(): Captured {
  const lines: Line[] = [];
  const write = fs.writeSync.bind(fs) as (...words: unknown[]) => number;
  const method = mock.method(fs, 'writeSync', (...words: unknown[]): number => {
    const [fd, text] = words;
    if (fd !== 1 || typeof text !== 'string' || !text.startsWith('{"at":')) return write(...words);
    lines.push(JSON.parse(text) as Line);
    return text.length;
  });
  return {
    lines,
    of: (event) => lines.filter((line) => line['event'] === event),
    restore: () => {
      method.mock.restore();
    },
  };
}
