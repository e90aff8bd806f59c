import type { RegionContext, Server } from '../../supervisor/part';
import { findProgram } from '../../../scripts/programs/server-programs';
import type { Instance } from '../database-instance';
import { configure, defaultsOf } from './configuration';
import { administrators, openSession, rowsOf, withSession } from './session';

export async function initialise(context: RegionContext, instance: Instance): Promise<void> {
  configure(instance, false);
  await context.run('mariadb-install-db', [
    defaultsOf(instance),
    `--datadir=${instance.data}`,
    '--auth-root-authentication-method=socket',
    `--auth-root-socket-user=${administrators()[0] ?? ''}`,
    '--skip-test-db',
    '--skip-name-resolve',
  ]);
}

async function isAnswering(instance: Instance): Promise<boolean> {
  const session = await openSession(instance);
  session.destroy();
  return true;
}

/** Starts the server of an instance and waits until it answers SQL. */
export function startServer(context: RegionContext, instance: Instance): Promise<Server> {
  return start(context, instance, { more: [], restart: true });
}

/** Starts it for one work that no client may see. */
export function startClosed(context: RegionContext, instance: Instance): Promise<Server> {
  return start(context, instance, { more: ['--skip-networking', '--skip-slave-start'], restart: false });
}

function start(
  context: RegionContext,
  instance: Instance,
  { more, restart }: { more: readonly string[]; restart: boolean },
): Promise<Server> {
  return context.start({
    kind: 'database',
    name: instance.identifier,
    command: findProgram('mariadbd'),
    args: [defaultsOf(instance), ...more],
    cwd: instance.data,
    restart,
    ready: () => isAnswering(instance),
  });
}

export function versionOf(instance: Instance): Promise<string> {
  return withSession(instance, async (session) => {
    const [row] = await rowsOf(session, 'SELECT VERSION() AS version');
    return String(row?.['version']).split('-', 1)[0] ?? '';
  });
}
