import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { z } from 'zod';
import { AgenteError } from '../../recovery/errors';
import { isCode } from '../vault/folder-failure';
import { withFolderLock } from '../vault/folder-lock';
import { lastLine } from './last-line';

/** One operation, as it is told to auditors. */
export interface Operation {
  readonly log: 'backup' | 'restore';
  /** `backup`, `expire`, `restore`, `validate`. */
  readonly operation: string;
  readonly dataset: string;
  /** Recovery point; null when none came of it. */
  readonly point: string | null;
  readonly result: 'success' | 'failed';
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Why it failed, or what is to be known of it; no secret, no guest's name. */
  readonly detail: string;
}

export const auditEntry = z.strictObject({
  sequence: z.int().positive(),
  at: z.iso.datetime(),
  operation: z.string(),
  dataset: z.string(),
  point: z.string().nullable(),
  user: z.string(),
  host: z.string(),
  result: z.enum(['success', 'failed']),
  seconds: z.number().nonnegative(),
  detail: z.string(),
  /** Hash of the entry before; of nothing for the first. */
  previous: z.string(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const firstPrevious = '0'.repeat(64);

/** SHA-256 over everything but the hash itself, keys in the order of the schema. */
export function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const ordered = Object.keys(auditEntry.shape)
    .filter((key) => key !== 'hash')
    .map((key) => [key, entry[key as keyof typeof entry]]);
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(ordered)))
    .digest('hex');
}

/** The line of the procedure: timestamp, operation, user, result, duration. */
export function csvLine({ at, operation, user, result, seconds }: Omit<AuditEntry, 'hash'>): string {
  const time = at.replace('T', ' ').replace(/\.\d+Z$/, '');
  return `${time},${operation},${user},${result},${String(Math.round(seconds))}s`;
}

/** Who is asking, also behind sudo. */
export function operator(): string {
  const named = process.env['AGENTE_DR_OPERATOR'] ?? process.env['SUDO_USER'] ?? '';
  if (named !== '') return named.replace(/[^\w.@-]/g, '_');
  try {
    return os.userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return String(process.getuid?.() ?? 'unknown');
  }
}

export const auditFiles = (folder: string, log: Operation['log']) => ({
  csv: path.join(folder, `${log}.log`),
  chain: path.join(folder, `${log}.audit.jsonl`),
});

/** Where what is audited goes. */
export interface Trail {
  /** Folder of the logs and of their hash-chained twins. */
  readonly logs: string;
  /** Whether this is a task whose files go with it: then stdout is what its region keeps. */
  readonly managed: boolean;
}

/** A line for whoever keeps the output of a task; a site of its own has its files. */
export function tell({ managed }: Trail, line: string): void {
  if (managed) fs.writeSync(1, `${line}\n`);
}

/**
 * Adds an operation to the CSV log and to the hash-chained one beside it; in a task, to its output too.
 * @throws AgenteError permission-denied, disk-full: what cannot be audited must not pass in silence.
 */
export async function audit(trail: Trail, operation: Operation): Promise<AuditEntry> {
  const files = auditFiles(trail.logs, operation.log);
  try {
    const entry = await withFolderLock(files.chain, () => Promise.resolve(append(files, operation)));
    tell(trail, csvLine(entry));
    tell(trail, JSON.stringify(entry));
    return entry;
  } catch (error) {
    throw auditFailure(trail.logs, error);
  }
}

function append(files: ReturnType<typeof auditFiles>, operation: Operation): AuditEntry {
  const before = lastLine(files.chain);
  const last = before === null ? null : auditEntry.parse(JSON.parse(before));
  const entry = {
    sequence: (last?.sequence ?? 0) + 1,
    at: operation.endedAt.toISOString(),
    operation: operation.operation,
    dataset: operation.dataset,
    point: operation.point,
    user: operator(),
    host: os.hostname(),
    result: operation.result,
    seconds: (operation.endedAt.getTime() - operation.startedAt.getTime()) / 1_000,
    detail: operation.detail,
    previous: last?.hash ?? firstPrevious,
  };
  // A writer that was killed between the two files left its line in one of them.
  if (last !== null && lastLine(files.csv) !== csvLine(last)) {
    fs.appendFileSync(files.csv, `${csvLine(last)}\n`, { mode: 0o640, flush: true });
  }
  const chained = { ...entry, hash: hashOf(entry) };
  fs.appendFileSync(files.chain, `${JSON.stringify(chained)}\n`, { mode: 0o640, flush: true });
  fs.appendFileSync(files.csv, `${csvLine(entry)}\n`, { mode: 0o640, flush: true });
  return chained;
}

function auditFailure(folder: string, error: unknown): Error {
  const fact = `cannot write the audit trail in ${folder}: ${error instanceof Error ? error.message : String(error)}`;
  if (isCode(error, 'ENOSPC', 'EDQUOT')) {
    return new AgenteError('disk-full', fact, 'Make room there; the operation itself is done.', { cause: error });
  }
  if (isCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR')) {
    const hint = 'Name a folder that you may write to: `logs` in the settings, or AGENTE_DR_LOGS.';
    return new AgenteError('permission-denied', fact, hint, { cause: error });
  }
  if (error instanceof z.ZodError || error instanceof SyntaxError) {
    const hint = 'Run agente-dr audit verify, keep the file as evidence, and begin a new one.';
    return new AgenteError('audit-broken', `the last entry of the audit trail in ${folder} is not one`, hint, {
      cause: error,
    });
  }
  return error as Error;
}
