import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../../recovery/errors';
import { asServerUser, giveToServerUser } from '../../programs/server-programs';
import { openSession, type Access } from './access';

export interface Throwaway {
  readonly access: Access & { readonly socket: string };
  stop(): Promise<void>;
}

interface Options {
  /** Settings that its files need: page size, table space. */
  readonly settings?: readonly string[];
  readonly signal: AbortSignal;
}

const startLimitMs = 120_000;
const stopLimitMs = 120_000;

/** A server on these files that nobody else reaches; it dies with us. */
export async function startThrowaway(
  data: string,
  home: string,
  { settings = [], signal }: Options,
): Promise<Throwaway> {
  signal.throwIfAborted();
  const socket = socketIn(home);
  const log = path.join(home, 'server.log');
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--pid-file=${path.join(home, 'server.pid')}`,
    `--tmpdir=${home}`,
    '--skip-networking',
    '--skip-slave-start',
    '--skip-log-bin',
    // Who may what is in the restored tables, and so is nobody that we are.
    '--skip-grant-tables',
    '--default-time-zone=+00:00',
    '--max-allowed-packet=1G',
    '--innodb-buffer-pool-size=128M',
    // Nothing here outlives a crash anyway: it is made anew.
    '--innodb-flush-log-at-trx-commit=0',
    ...settings,
  ];
  const { command, args: words } = asServerUser('mariadbd', args);
  const out = fs.openSync(log, 'a', 0o600);
  const child = spawn(command, words, {
    stdio: ['ignore', out, out],
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC', LC_ALL: 'C.UTF-8' },
  });
  fs.closeSync(out);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  const access = { socket, user: 'root' };
  try {
    await answering(child, access, log, signal);
  } catch (error) {
    kill();
    await ended;
    throw error;
  }
  const stop = async (): Promise<void> => {
    signal.removeEventListener('abort', kill);
    child.kill('SIGTERM');
    const limit = setTimeout(kill, stopLimitMs);
    await ended;
    clearTimeout(limit);
    if (path.dirname(socket) !== home) fs.rmSync(path.dirname(socket), { recursive: true, force: true });
  };
  return { access, stop };
}

/** Paths of sockets are short (107 bytes): a deep folder gets one beside the system's temporary files. */
function socketIn(home: string): string {
  const near = path.join(home, 'sock');
  if (near.length < 100) return near;
  const folder = fs.mkdtempSync('/tmp/agente-sock-');
  giveToServerUser(folder);
  return path.join(folder, 'sock');
}

async function answering(child: ChildProcess, access: Access, log: string, signal: AbortSignal): Promise<void> {
  for (const deadline = Date.now() + startLimitMs; ;) {
    try {
      (await openSession(access)).destroy();
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) throw startFailure(log, error);
    }
    await pause(50);
  }
}

function startFailure(log: string, cause: unknown): AgenteError {
  const errors = fs
    .readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes('[ERROR]'));
  return new AgenteError(
    'restore-damaged',
    `the restored server does not start: ${errors.slice(-3).join(' | ')}`,
    'Restore from another recovery point: agente-dr catalog list.',
    { cause },
  );
}
