import * as fs from 'node:fs';
import * as readline from 'node:readline';
import { AgenteError } from '../../recovery/errors';
import { auditEntry, auditFiles, csvLine, firstPrevious, hashOf, type AuditEntry, type Operation } from './audit-log';

/** A chain that holds. */
export interface VerifiedChain {
  readonly file: string;
  readonly entries: number;
  /** Hash of the last entry: written down elsewhere, it proves that nothing was cut off. */
  readonly head: string;
}

/**
 * Follows the chain from its first entry, and holds the CSV log against it.
 * @param head a hash that was written down earlier; it must still be in the chain. Null for none.
 * @throws AgenteError audit-broken naming the first broken link by file and line.
 */
export async function verifyChain(folder: string, log: Operation['log'], head: string | null): Promise<VerifiedChain> {
  const { chain, csv } = auditFiles(folder, log);
  const lines = await linesOf(csv);
  let previous = firstPrevious;
  let sequence = 0;
  let headSeen = head === null;
  for (const line of await linesOf(chain)) {
    sequence += 1;
    const at = `${chain}:${String(sequence)}`;
    const entry = parsed(line, at);
    if (entry.sequence !== sequence)
      throw broken(at, `entry ${String(entry.sequence)} stands where ${String(sequence)} belongs`);
    if (entry.previous !== previous) throw broken(at, 'it does not follow the entry before it');
    if (entry.hash !== hashOf(entry)) throw broken(at, 'its content is not what was written');
    if (lines[sequence - 1] !== csvLine(entry)) throw broken(`${csv}:${String(sequence)}`, 'it differs from its twin');
    previous = entry.hash;
    headSeen ||= entry.hash === head;
  }
  if (lines.length > sequence) throw broken(`${csv}:${String(sequence + 1)}`, 'it has no twin in the chain');
  if (!headSeen) throw broken(`${chain}:${String(sequence)}`, `the entry ${head ?? ''} was cut off`);
  return { file: chain, entries: sequence, head: previous };
}

async function linesOf(file: string): Promise<string[]> {
  if (!fs.existsSync(file)) return [];
  const lines: string[] = [];
  for await (const line of readline.createInterface({ input: fs.createReadStream(file) })) lines.push(line);
  return lines;
}

function parsed(line: string, at: string): AuditEntry {
  try {
    return auditEntry.parse(JSON.parse(line));
  } catch (error) {
    throw broken(at, 'it is not an entry', error);
  }
}

function broken(at: string, why: string, cause?: unknown): AgenteError {
  return new AgenteError(
    'audit-broken',
    `the audit trail breaks at ${at}: ${why}`,
    'Keep the files as evidence, and compare with the copies of the log collector.',
    { cause },
  );
}
