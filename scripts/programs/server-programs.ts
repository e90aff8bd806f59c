import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../recovery/errors';

/** Who the servers run as: they refuse root, so root lends them PostgreSQL's user. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** True when it is another user than the one who runs this process. */
  readonly lent: boolean;
}

let known: ServerUser | undefined;

/** @throws AgenteError prerequisite-missing when root finds no user `postgres`. */
export function serverUser(): ServerUser {
  known ??= findServerUser();
  return known;
}

function idOf(flag: '-u' | '-g' | '-un', user?: string): string {
  return execFileSync('id', user === undefined ? [flag] : [flag, user], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

function findServerUser(): ServerUser {
  const uid = process.getuid?.() ?? -1;
  if (uid !== 0) return { name: idOf('-un'), uid, gid: process.getgid?.() ?? -1, lent: false };
  try {
    return { name: 'postgres', uid: Number(idOf('-u', 'postgres')), gid: Number(idOf('-g', 'postgres')), lent: true };
  } catch (error) {
    throw new AgenteError('prerequisite-missing', 'there is no user postgres', 'Run npm run setup.', { cause: error });
  }
}

/** Can anybody reach and read this file? A checkout or a cache under /root is closed to other users. */
function openToAll(file: string): boolean {
  try {
    const real = fs.realpathSync(file);
    if ((fs.statSync(real).mode & 0o005) === 0) return false;
    for (let folder = path.dirname(real); ; folder = path.dirname(folder)) {
      if ((fs.statSync(folder).mode & 0o001) === 0) return false;
      if (folder === path.dirname(folder)) return true;
    }
  } catch {
    return false;
  }
}

/** Where a program lies. @throws AgenteError prerequisite-missing when it is not on PATH. */
export function findProgram(command: string): string {
  if (path.isAbsolute(command)) return command;
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  const found = folders.map((folder) => path.join(folder, command)).find((file) => fs.existsSync(file));
  if (found !== undefined) return found;
  throw new AgenteError('prerequisite-missing', `${command} is not on PATH`, 'Run npm run setup.');
}

/** A program of the newest PostgreSQL of this machine: Debian keeps its servers off PATH. */
export function postgresProgram(name: string): string {
  const root = '/usr/lib/postgresql';
  const versions = fs.existsSync(root) ? fs.readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => path.join(root, version, 'bin', name)).find((file) => fs.existsSync(file));
  return found ?? findProgram(name);
}

/**
 * The command that runs a program as the server user and lets it die with this process. What that user
 * cannot reach stays with root; PostgreSQL, which refuses root, comes from the system and can be reached.
 */
export function asServerUser(command: string, args: readonly string[]): { command: string; args: string[] } {
  const program = findProgram(command);
  const user = serverUser();
  const scripts = args.filter((arg) => arg.endsWith('.js') && path.isAbsolute(arg));
  const lend = user.lent && [program, ...scripts].every(openToAll);
  const identity = lend ? [`--reuid=${user.name}`, `--regid=${String(user.gid)}`, '--init-groups'] : [];
  // Who died before the wish was made shows in another parent: then nothing is started.
  const unlessOrphan = ['sh', '-c', '[ "$PPID" = "$0" ] && exec "$@"', String(process.pid)];
  return { command: 'setpriv', args: [...identity, '--pdeathsig', 'KILL', '--', ...unlessOrphan, program, ...args] };
}

/** Hands a file or folder to the server user. */
export function giveToServerUser(file: string): void {
  const user = serverUser();
  if (user.lent) fs.chownSync(file, user.uid, user.gid);
}
