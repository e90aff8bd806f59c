import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseDocument } from 'yaml';
import { Project } from '../../cli/pulumi/project';
import { runPulumi, type PulumiOutcome } from '../../cli/pulumi/run';
import { environment } from '../../local/env';
import type { Machine } from '../../local/machine';
import type { Site } from '../../recovery/sites';

/** Keys of a stack to set, or to take out where the value is null. */
export type Changes = Readonly<Record<string, unknown>>;

/** A changed copy of the stack's file. */
function changedFile(project: Project, stack: Site, changes: Changes): { file: string; folder: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-engine-'));
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  const document = parseDocument(project.stackText(stack));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) document.deleteIn(['config', `agente-dr:${key}`]);
    else document.setIn(['config', `agente-dr:${key}`], document.createNode(value));
  }
  fs.writeFileSync(file, document.toString(), { mode: 0o600 });
  return { file, folder };
}

/** Runs the real engine on a machine, with a changed copy of the stack's file, or null for a verb that reads none. */
export async function pulumi(
  machine: Machine,
  stack: Site,
  changes: Changes | null,
  ...verb: readonly string[]
): Promise<PulumiOutcome> {
  const project = Project.at(machine.projectDir);
  const run = { project, env: environment(machine) };
  if (changes === null) return runPulumi({ ...run, args: [...verb, '--stack', stack] });
  const { file, folder } = changedFile(project, stack, changes);
  try {
    return await runPulumi({ ...run, args: [...verb, '--stack', stack, '--config-file', file] });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** One resource in a plan, as `pulumi preview --json` says it. */
export interface PlannedStep {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  /** Top-level properties that differ. */
  readonly changed: readonly string[];
}

interface RawStep {
  readonly op: string;
  readonly urn: string;
  readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
}

/** @throws Error with the engine's words when the preview fails. */
export async function plan(machine: Machine, stack: Site, changes: Changes = {}): Promise<PlannedStep[]> {
  const { code, stdout, output } = await pulumi(machine, stack, changes, 'preview', '--json');
  if (code !== 0) throw new Error(`preview of ${stack} ended with ${String(code)}:\n${output}`);
  const { steps } = JSON.parse(stdout) as { steps: RawStep[] };
  return steps.map(({ op, urn, detailedDiff }) => ({
    op,
    type: urn.split('::').at(-2)?.split('$').at(-1) ?? '',
    name: urn.split('::').at(-1) ?? '',
    changed: [...new Set(Object.keys(detailedDiff ?? {}).map((property) => property.split(/[.[]/)[0] ?? ''))],
  }));
}

interface Deployment {
  readonly deployment: {
    readonly resources: readonly {
      readonly type: string;
      readonly provider?: string;
      readonly outputs?: Readonly<Record<string, unknown>>;
    }[];
  };
}

/** Names of the providers that manage the AWS resources of a stack, as its state says. */
export async function providersInState(machine: Machine, stack: Site): Promise<string[]> {
  const { stdout } = await pulumi(machine, stack, null, 'stack', 'export');
  const { resources } = (JSON.parse(stdout) as Deployment).deployment;
  const used = resources.filter(({ type }) => type.startsWith('aws:')).map(({ provider }) => provider?.split('::')[3]);
  return [...new Set(used.map((name) => name ?? 'none'))].sort();
}

/** Every password that a stack has made, deciphered. */
export async function generatedPasswords(machine: Machine, stack: Site): Promise<string[]> {
  const { stdout } = await pulumi(machine, stack, null, 'stack', 'export', '--show-secrets');
  const { resources } = (JSON.parse(stdout) as Deployment).deployment;
  return resources.flatMap(({ type, outputs }) => {
    if (type !== 'random:index/randomPassword:RandomPassword') return [];
    const { plaintext } = outputs?.['result'] as { readonly plaintext: string };
    return [JSON.parse(plaintext) as string];
  });
}

/** Rewrites what the state of a stack says, as text. */
export async function rewriteState(machine: Machine, stack: Site, change: (text: string) => string): Promise<void> {
  const { stdout } = await pulumi(machine, stack, null, 'stack', 'export');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-engine-'));
  try {
    const file = path.join(folder, 'state.json');
    fs.writeFileSync(file, change(stdout), { mode: 0o600 });
    const { code, output } = await pulumi(machine, stack, null, 'stack', 'import', '--file', file);
    if (code !== 0) throw new Error(output);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
