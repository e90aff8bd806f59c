import { environment } from '../../local/env';
import type { Machine } from '../../local/machine';
import { engineFailure } from '../pulumi/failure';
import { Project } from '../pulumi/project';
import { roleFile } from '../pulumi/role-file';
import { runPulumi } from '../pulumi/run';
import { ServerWaits } from './server-waits';

export interface RoleChangeBench {
  /** Seconds of the whole `pulumi up`. */
  readonly total: number;
  /** Seconds in which at least one server was waited for: a promotion, tasks that get healthy. */
  readonly serverWaits: number;
  /** The difference: what the engine, the program and the provider take. */
  readonly own: number;
}

/**
 * Times the role change of a failover, dr from standby to active, and what of it is spent on servers.
 * It leaves dr active.
 *
 * @throws AgenteError `engine-failed`.
 */
export async function benchRoleChange(machine: Machine, note: (text: string) => void): Promise<RoleChangeBench> {
  const project = Project.at(machine.projectDir);
  const config = roleFile(project, 'dr', 'active');
  const waits = new ServerWaits();
  const startedAt = performance.now();
  try {
    const args = ['up', '--yes', '--skip-preview', '--suppress-outputs', '--stack', 'dr', '--config-file', config.file];
    const onLine = (line: string): void => {
      waits.see(line, performance.now());
    };
    const { code, output } = await runPulumi({ project, env: environment(machine), args, onLine });
    if (code !== 0) throw engineFailure('pulumi up --stack dr (active)', output, 'no file');
  } finally {
    config.dispose();
  }
  const total = (performance.now() - startedAt) / 1_000;
  const serverWaits = waits.seconds;
  note(`role change: ${total.toFixed(2)} s, of them ${serverWaits.toFixed(2)} s for servers`);
  return { total, serverWaits, own: total - serverWaits };
}
