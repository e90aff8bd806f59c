import * as path from 'node:path';
import { environment } from '../local/env';
import type { Machine } from '../local/machine';
import type { Role, Site } from '../recovery/sites';
import { engineFailure } from './pulumi/failure';
import { Project } from './pulumi/project';
import { roleFile } from './pulumi/role-file';
import { runPulumi } from './pulumi/run';

/** The other site's vault and control bucket must be there before the active site replicates into them. */
const order: readonly { readonly stack: Site; readonly role: Role; readonly title: string }[] = [
  { stack: 'dr', role: 'foundation', title: 'pulumi up --stack dr (foundation)' },
  { stack: 'primary', role: 'active', title: 'pulumi up --stack primary (active)' },
  { stack: 'dr', role: 'standby', title: 'pulumi up --stack dr (standby)' },
];

/**
 * Deploys both sites onto a machine that has just been made, by the real engine.
 * @throws AgenteError engine-failed, disk-full, prerequisite-missing.
 */
export async function bringUp(
  machine: Machine,
  onProgress: (text: string) => void = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  const project = Project.at(machine.projectDir);
  const common = { project, env: environment(machine), ...(signal === undefined ? {} : { signal }) };
  const logFile = path.join(machine.dir, 'log', 'bring-up.log');
  for (const stack of ['primary', 'dr'] as const) {
    onProgress(`pulumi stack init ${stack}`);
    await succeed(`pulumi stack init ${stack}`, logFile, {
      ...common,
      args: ['stack', 'init', stack, '--no-select'],
    });
  }
  for (const { stack, role, title } of order) {
    onProgress(title);
    const config = roleFile(project, stack, role);
    const args = [
      'up',
      '--yes',
      '--skip-preview',
      '--suppress-outputs',
      '--stack',
      stack,
      '--config-file',
      config.file,
    ];
    try {
      await succeed(title, logFile, {
        ...common,
        args,
        onLine: (line) => {
          if (line.trimStart().startsWith('+') || line.trimStart().startsWith('~'))
            onProgress(`${title}: ${line.trim()}`);
        },
      });
    } finally {
      config.dispose();
    }
  }
}

async function succeed(what: string, logFile: string, run: Parameters<typeof runPulumi>[0]): Promise<void> {
  const { code, output } = await runPulumi({ ...run, logFile });
  if (code !== 0) throw engineFailure(what, output, logFile);
}
