import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { compiledScript } from '../local/compiled-script';
import { siteIdentity } from '../local/backup-keys';
import { environment } from '../local/env';
import { machineRegions, type Machine } from '../local/machine';
import { regionClient } from '../local/supervisor/client';
import { duration } from '../recovery/duration';
import { AgenteError, exitCodes } from '../recovery/errors';
import { identitySecret } from '../recovery/recipients';
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

/** How long the first heartbeat may take to reach every standby database. */
const protectionPatience = duration('2m');

/**
 * Deploys both sites onto a machine that has just been made, by the real engine, and waits until they keep
 * their promise: a standby that has replayed nothing yet protects nobody, and no loss can be measured on it.
 * @throws AgenteError engine-failed, disk-full, prerequisite-missing, promise-broken.
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
  // A person's part: the private key of the site never passes through the program.
  await regionClient(machine)(machineRegions.primary, 'putSecretValue', {
    name: identitySecret,
    value: siteIdentity(machine),
  });
  onProgress('waiting until the heartbeats of every database reach its standby');
  await untilGreen(machine, signal);
}

/** The status that an operator asks for, in a process that is bound to the machine. @throws AgenteError promise-broken. */
async function untilGreen(machine: Machine, signal?: AbortSignal): Promise<void> {
  const args = [compiledScript('cli/main'), 'status', '--stack', 'dr', '--wait', protectionPatience.toString()];
  const options = { env: { ...process.env, ...environment(machine) }, ...(signal === undefined ? {} : { signal }) };
  const { code, text } = await new Promise<{ code: unknown; text: string }>((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? exitCodes.ok : error.code, text: `${stdout}${stderr}` });
    });
  });
  signal?.throwIfAborted();
  if (code === exitCodes.ok) return;
  throw new AgenteError(
    'promise-broken',
    `both sites are deployed, but after ${protectionPatience.toString()} the standby does not protect: ${text.trim()}`,
    'Look at the parts with agente-dr local status, and again with agente-dr status.',
  );
}

async function succeed(what: string, logFile: string, run: Parameters<typeof runPulumi>[0]): Promise<void> {
  const { code, output } = await runPulumi({ ...run, logFile });
  if (code !== 0) throw engineFailure(what, output, logFile);
}
