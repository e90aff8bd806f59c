import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { childOptions } from '../../programs/run';
import { postgresProgram } from '../../programs/server-programs';
import { tied } from '../../programs/tied';

/** What a segment holds. */
export interface SegmentScan {
  /** Where its last whole record begins; null when it holds none. */
  readonly lastRecord: string | null;
  /** End of the last transaction in it, rounded up to a millisecond. */
  readonly lastEnd: Date | null;
  /** Named restore points: where their records begin. */
  readonly restorePoints: ReadonlyMap<string, string>;
}

const recordForm = /\blsn: ([0-9A-F]+\/[0-9A-F]+),/;
const endForm = /desc: (?:COMMIT|ABORT).*?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.(\d{6}) UTC/;
const pointForm = /desc: RESTORE_POINT (.*)$/;

/** Lists a segment with pg_waldump. That it complains at the empty rest of a segment is its nature. */
export async function scanSegment(file: string, signal?: AbortSignal): Promise<SegmentScan> {
  const { command, args } = tied(postgresProgram('pg_waldump'), [file]);
  const child = spawn(command, args, { env: childOptions({}).env, stdio: ['ignore', 'pipe', 'ignore'], signal });
  const failed = new Promise<never>((_, reject) => child.on('error', reject));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let lastRecord: string | null = null;
  let lastEnd = 0;
  const restorePoints = new Map<string, string>();
  createInterface(child.stdout).on('line', (line) => {
    const [, lsn] = recordForm.exec(line) ?? [];
    if (lsn === undefined) return;
    lastRecord = lsn;
    const [, second, micros] = endForm.exec(line) ?? [];
    if (second !== undefined) {
      const at = Date.parse(`${second.replace(' ', 'T')}Z`) + Math.ceil(Number(micros) / 1_000);
      lastEnd = Math.max(lastEnd, at);
    }
    const [, name] = pointForm.exec(line) ?? [];
    if (name !== undefined) restorePoints.set(name, lsn);
  });
  await Promise.race([ended, failed]);
  return { lastRecord, lastEnd: lastEnd === 0 ? null : new Date(lastEnd), restorePoints };
}
