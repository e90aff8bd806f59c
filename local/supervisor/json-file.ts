import * as fs from 'node:fs';

/** Writes by a temporary file and rename, so that a reader or a crash never meets half of it. */
export function writeFileAtomically(file: string, text: string, mode = 0o600): void {
  const draft = `${file}.${String(process.pid)}.tmp`;
  fs.writeFileSync(draft, text, { mode });
  fs.renameSync(draft, file);
}

/** What was saved, or the fallback when nothing was yet. The type is the caller's own promise: nobody else writes there. */
export function readJson<T>(file: string, fallback: T): T {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fallback;
    throw error;
  }
}
