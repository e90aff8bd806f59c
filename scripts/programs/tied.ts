import { findProgram } from './server-programs';

/**
 * The command that runs a program as who we are and lets it die with this process. Who died before the wish
 * was made shows in another parent: then nothing is started.
 */
export function tied(command: string, args: readonly string[]): { command: string; args: string[] } {
  const unlessOrphan = ['sh', '-c', '[ "$PPID" = "$0" ] && exec "$@"', String(process.pid)];
  return { command: 'setpriv', args: ['--pdeathsig', 'KILL', '--', ...unlessOrphan, findProgram(command), ...args] };
}
