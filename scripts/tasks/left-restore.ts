import * as fs from 'node:fs';

/** What engines write when a state is finished, and what lies there for as long as it is not. */
const records = ['restored.json', 'agente-restored.json'];
const marker = '.agente-unfinished';

/**
 * Empties the folder beside the live state of what an earlier restore finished there: it was put in its place, or
 * its run was killed before that. What is not finished stays, for an engine may go on with it; so does what no
 * restore has made.
 */
export function removeFinishedRestore(folder: string): void {
  if (!fs.existsSync(folder)) return;
  const names = fs.readdirSync(folder);
  if (names.includes(marker) || !records.some((name) => names.includes(name))) return;
  fs.rmSync(folder, { recursive: true });
}
