import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createInterface } from 'node:readline';
import { AgenteError } from '../../../recovery/errors';
import { cancelled, childOptions, toolFailure } from '../../programs/run';
import { postgresProgram } from '../../programs/server-programs';
import { tied } from '../../programs/tied';
import type { PostgresManaged } from '../../settings/datasets';

/** Where the system keeps the authorities that it trusts; this libpq has no word for it. */
const systemAuthorities = '/etc/ssl/certs/ca-certificates.crt';

/** How PostgreSQL's own programs are told of a server: the password is in the environment and in no argument. */
export function connectionEnvironment(server: PostgresManaged, database = server.database): Record<string, string> {
  const { host, port, user, passwordFile, ca } = server;
  const tls = host.startsWith('/') ? {} : { PGSSLMODE: 'verify-full', PGSSLROOTCERT: ca ?? systemAuthorities };
  return {
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGDATABASE: database,
    PGCONNECT_TIMEOUT: '10',
    PGAPPNAME: 'agente-dr',
    ...tls,
    ...(passwordFile === null ? {} : { PGPASSWORD: fs.readFileSync(passwordFile, 'utf8').trim() }),
  };
}

interface ProgramOptions {
  readonly env: Record<string, string>;
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
}

const rememberedLines = 40;

/** Runs pg_dump or pg_restore to its end. @throws AgenteError with its errors; cancelled. */
export async function runClient(name: string, args: readonly string[], options: ProgramOptions): Promise<void> {
  const { env, signal, onLine } = options;
  const { command, args: all } = tied(postgresProgram(name), args);
  const child = spawn(command, all, { env: { ...childOptions({}).env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const said: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    onLine?.(line);
    if (/error|fatal|detail|hint|warning/i.test(line)) said.push(line);
    if (said.length > rememberedLines) said.splice(rememberedLines / 2, 1);
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => signal.removeEventListener('abort', stop));
  if (signal.aborted) throw cancelled(name);
  if (exitCode === 0) return;
  const stderr = said.slice(0, 6).join('\n');
  throw failureOf(name, stderr) ?? toolFailure(name, { exitCode, stderr });
}

function failureOf(name: string, stderr: string): AgenteError | null {
  const fact = `${name}: ${stderr.replaceAll('\n', ' | ')}`;
  if (/No space left/i.test(stderr)) return new AgenteError('disk-full', fact, 'Make room, then run it again.');
  if (/server version mismatch/i.test(stderr)) {
    return new AgenteError(
      'version-mismatch',
      fact,
      "Install the server's version of PostgreSQL here, or a newer one.",
    );
  }
  if (/invalid page|could not read block|checksum|missing chunk|unexpected chunk/i.test(stderr)) {
    const hint = 'Restore an older recovery point beside it, and compare.';
    return new AgenteError('source-damaged', fact, hint);
  }
  return null;
}
