import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse, stringify } from 'yaml';
import { environment } from '../../local/env';
import type { Machine } from '../../local/machine';
import { checkoutRoot } from '../../scripts/checkout';
import { engineFailure } from '../pulumi/failure';
import { Project } from '../pulumi/project';
import { runPulumi } from '../pulumi/run';
import { flatTwin } from './flat-twin';
import { median } from './median';

export interface PreviewBench {
  readonly stack: string;
  readonly resources: number;
  /** Seconds of each run and their median. */
  readonly program: { readonly median: number; readonly runs: readonly number[] };
  readonly flatTwin: { readonly median: number; readonly runs: readonly number[] };
  /** How many times longer our program takes than the same resources written down flat. */
  readonly ratio: number;
}

const twinStack = 'flat';

/**
 * Times `pulumi preview` of a deployed stack against its flat twin, in turns, so that a busy moment of
 * the machine hits both.
 *
 * @throws AgenteError `engine-failed` when a preview fails, or one of the two sees changes: then they
 *   would not do the same work.
 */
export async function benchPreview(
  machine: Machine,
  stack: string,
  runs: number,
  note: (text: string) => void,
): Promise<PreviewBench> {
  const pulumi = (...args: string[]): Promise<string> => pulumiOf(machine, args);
  note(`making the flat twin of ${stack}`);
  const twin = flatTwin(
    JSON.parse(await pulumi('stack', 'export', '--show-secrets', '--stack', stack)),
    'agente-dr',
    twinStack,
  );
  const twinFolder = writeTwin(machine, twin.program);
  const project = new ProjectFile(machine);
  const previews = [
    { main: project.main, stack, seconds: [] as number[] },
    { main: twinFolder, stack: twinStack, seconds: [] as number[] },
  ] as const;
  try {
    await importTwin(machine, twin.state, pulumi);
    fs.copyFileSync(
      path.join(machine.projectDir, `Pulumi.${stack}.yaml`),
      path.join(machine.projectDir, `Pulumi.${twinStack}.yaml`),
    );
    // The first run of each fills caches and is not counted.
    for (let run = -1; run < runs; run += 1) {
      for (const preview of previews) {
        project.pointTo(preview.main);
        const startedAt = performance.now();
        await pulumi('preview', '--expect-no-changes', '--stack', preview.stack);
        const seconds = (performance.now() - startedAt) / 1_000;
        if (run >= 0) preview.seconds.push(seconds);
        note(`${preview.stack}: ${seconds.toFixed(2)} s${run < 0 ? ' (not counted)' : ''}`);
      }
    }
  } finally {
    project.pointTo(previews[0].main);
  }
  const [program, flat] = previews.map(({ seconds }) => ({ median: median(seconds), runs: seconds }));
  if (program === undefined || flat === undefined) throw new Error('unreachable: there are two previews');
  return { stack, resources: twin.resources, program, flatTwin: flat, ratio: program.median / flat.median };
}

/** The generated project's Pulumi.yaml: its `main` says whose program a preview runs. */
class ProjectFile {
  private readonly file: string;
  private readonly content: Record<string, unknown>;

  constructor(machine: Machine) {
    this.file = path.join(machine.projectDir, 'Pulumi.yaml');
    this.content = parse(fs.readFileSync(this.file, 'utf8')) as Record<string, unknown>;
  }

  get main(): string {
    return String(this.content['main']);
  }

  pointTo(main: string): void {
    fs.writeFileSync(this.file, stringify({ ...this.content, main }));
  }
}

function writeTwin(machine: Machine, program: string): string {
  const folder = path.join(machine.dir, 'twin');
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "name": "flat-twin", "private": true, "main": "index.ts" }\n');
  fs.writeFileSync(path.join(folder, 'index.ts'), program, { mode: 0o600 });
  fs.copyFileSync(path.join(checkoutRoot(), 'tsconfig.json'), path.join(folder, 'tsconfig.json'));
  fs.rmSync(path.join(folder, 'node_modules'), { force: true });
  fs.symlinkSync(path.join(checkoutRoot(), 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

async function importTwin(
  machine: Machine,
  state: unknown,
  pulumi: (...args: string[]) => Promise<string>,
): Promise<void> {
  const file = path.join(machine.dir, 'twin', 'state.json');
  fs.writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
  await pulumi('stack', 'init', twinStack);
  await pulumi('stack', 'import', '--stack', twinStack, '--file', file, '--force');
}

/** @returns what pulumi printed. @throws AgenteError `engine-failed`. */
async function pulumiOf(machine: Machine, args: readonly string[]): Promise<string> {
  const { code, stdout, output } = await runPulumi({
    project: Project.at(machine.projectDir),
    env: environment(machine),
    args,
  });
  if (code !== 0) throw engineFailure(`pulumi ${args.slice(0, 2).join(' ')}`, output, 'no file');
  return stdout;
}
