import { AgenteError, errorCodes } from '../../recovery/errors';

export interface StackLock {
  readonly host: string;
  readonly pid: number;
}

/** Who holds the stack, in the words of Pulumi's file and bucket backends; empty when nobody does. */
export function locksIn(output: string): StackLock[] {
  if (!output.includes('the stack is currently locked by')) return [];
  return [...output.matchAll(/created by \S*@(\S+) \(pid (\d+)\) at /g)].map((match) => ({
    host: match[1] ?? '',
    pid: Number(match[2]),
  }));
}

/** Lines that say what went wrong; the progress before them says nothing to a tired person. */
function reasons(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = lines.filter((line) => /^error:|error:|HINT:|No space left/i.test(line));
  return (telling.length > 0 ? telling : lines).slice(-6).join(' | ');
}

/** What the program itself refuses, as it says it: `CODE: fact`, then its hint; so do its hooks. */
function refusalIn(output: string): AgenteError | null {
  // A fact may have several lines: every fault of a workload has one.
  const [, text, fact, hint] =
    /(?:error|failed): ([a-z-]+): ((?:(?!\n\s*HINT: )[^])+)\n\s*HINT: (.+)/.exec(output) ?? [];
  const code = errorCodes.find((known) => known === text);
  if (code === undefined || fact === undefined || hint === undefined) return null;
  return new AgenteError(code, fact.trim(), hint.trim());
}

/** The error for a `pulumi` that has failed; a second run of the command goes on from there. */
export function engineFailure(what: string, output: string, logFile: string): AgenteError {
  const log = `The whole output is in ${logFile}. Correct the cause and run the command again; it goes on from here.`;
  if (/No space left on device|ENOSPC|disk quota exceeded/i.test(output)) {
    return new AgenteError('disk-full', `${what}: a disk is full: ${reasons(output)}`, `Make room. ${log}`);
  }
  const refusal = refusalIn(output);
  if (refusal !== null) return refusal;
  const [lock] = locksIn(output);
  if (lock !== undefined) {
    return new AgenteError(
      'engine-failed',
      `${what}: process ${String(lock.pid)} on ${lock.host} works on the same stack`,
      'Wait for it to end; if it is dead, run `pulumi cancel`. Then run the command again.',
    );
  }
  return new AgenteError('engine-failed', `${what}: ${reasons(output)}`, log);
}
