import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Manifest } from '../catalogue/manifest';
import type { Check, Validation } from '../catalogue/validation';
import { AgenteError } from '../../recovery/errors';
import type { Engine, OpenedCopy, RestoreTarget, Work } from '../engines/engine';
import { giveToServerUser } from '../programs/server-programs';
import { compareCounts, compareNewest } from './compare';
import { compareLedger, type Ledger } from './ledger';

export interface Trial {
  readonly point: Manifest;
  readonly target: RestoreTarget;
  readonly ledger: Ledger | null;
  /** A query of the application that must answer; null where the dataset has none. */
  readonly query: string | null;
}

/**
 * Restores a point into a throw-away server and looks at it. Damage is an answer, not an error: the
 * result says what failed.
 * @throws AgenteError for what keeps it from being tried at all, such as a full disk or a missing key.
 */
export async function tryPoint(
  engine: Engine,
  { point, target, ledger, query }: Trial,
  work: Work,
): Promise<Validation> {
  const startedAt = new Date();
  const checks: Check[] = [];
  let restoreSeconds = 0;
  // A short name: sockets lie below, and their paths have 107 bytes.
  const folder = path.join(work.folder, 'trial');
  try {
    const damage = await engine.verify(point, work);
    checks.push(...damage.map(({ what, fact }): Check => ({ name: what, status: 'failed', fact })));
    if (damage.length === 0)
      checks.push({ name: 'files', status: 'passed', fact: 'every file is there, and as it was written' });
    const before = Date.now();
    await fs.mkdir(folder, { mode: 0o700 });
    giveToServerUser(folder);
    // A moment before this point was whole is replayed from an older one.
    const base = target.to === 'time' ? null : point;
    const plan = await engine.planRestore({ target, base, logFolder: null }, work);
    await engine.restore(plan, folder, work);
    restoreSeconds = (Date.now() - before) / 1_000;
    const copy = await engine.open(folder, work);
    try {
      checks.push(...(await look(copy, { point, target, ledger, query }, work)));
    } finally {
      await copy.close();
    }
  } catch (error) {
    if (!(error instanceof AgenteError) || !aboutThePoint.has(error.code)) throw error;
    checks.push({ name: 'restore', status: 'failed', fact: `${error.code}: ${error.message}` });
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
  const status = checks.some((check) => check.status === 'failed') ? 'failed' : 'success';
  return {
    version: 1,
    point: point.id,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    status,
    checks,
    restoreSeconds,
    bytes: point.size.data,
  };
}

/** Errors that say something of the point, and not of the machine that tries it. */
const aboutThePoint: ReadonlySet<string> = new Set([
  'restore-damaged',
  'backup-damaged',
  'log-gap',
  'tool-failed',
  'vault-object-missing',
  'manifest-invalid',
  'key-wrong',
  'version-mismatch',
  'server-failed',
]);

async function look(copy: OpenedCopy, { point, target, ledger, query }: Trial, work: Work): Promise<Check[]> {
  const checks: Check[] = [];
  const damage = await copy.check();
  checks.push(...damage.map(({ what, fact }): Check => ({ name: what, status: 'failed', fact })));
  if (damage.length === 0) checks.push({ name: 'integrity', status: 'passed', fact: 'the engine finds no damage' });
  // Between the snapshot and a later moment rows come and go: the ledger judges that, not the census.
  const expected = target.to === 'point' ? await work.catalogue.census(point) : null;
  const found = await copy.census();
  checks.push(compareCounts(expected, found), compareNewest(expected, found));
  if (query !== null) checks.push(await ask(copy, query));
  const until = target.to === 'time' ? target.time : copy.reached;
  if (ledger !== null) checks.push(await compareLedger(ledger, copy, until));
  return checks;
}

async function ask(copy: OpenedCopy, query: string): Promise<Check> {
  try {
    const [row] = await copy.query(query);
    const status = row === undefined ? 'failed' : 'passed';
    return { name: 'query', status, fact: JSON.stringify(row ?? 'no row') };
  } catch (error) {
    return { name: 'query', status: 'failed', fact: error instanceof Error ? error.message : String(error) };
  }
}
