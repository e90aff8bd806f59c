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

interface Timing {
  /** Seconds of each run and their median. */
  readonly median: number;
  readonly runs: readonly number[];
}

export interface PreviewBench {
  readonly stack: string;
  readonly resources: number;
  /** Our program. */
  readonly program: Timing;
  /** The same resources written down flat, by the same SDKs. */
  readonly flatTwin: Timing;
  /** The same by bare registrations without an SDK: the floor of the engine and its hosts. */
  readonly bareTwin: Timing;
  /** A program that loads the SDK and registers nothing: what every preview costs. */
  readonly base: Timing;
  /** How many times longer our program takes than its flat twin. */
  readonly ratio: number;
  /** What each of our resources adds to the base. */
  readonly msPerResource: number;
}

interface Contender {
  readonly title: string;
  readonly stack: string;
  /** Folder of the program. */
  readonly main: string;
  readonly seconds: number[];
}

const twinStack = 'flat';
const emptyStack = 'empty';

/** Loads what our program loads, and registers nothing. */
const emptyProgram = `import * as pulumi from '@pulumi/pulumi';
import * as aws from '@pulumi/aws';

void [pulumi.getStack(), aws.rds.Instance];
`;

/**
 * Times `pulumi preview` of a deployed stack against its flat twin, in turns, so that a busy moment of
 * the machine hits both.
 *
 * @throws AgenteError `engine-failed` when a preview fails, or one sees changes: then they would not do
 *   the same work.
 */
export async function benchPreview(
  machine: Machine,
  stack: string,
  runs: number,
  note: (text: string) => void,
): Promise<PreviewBench> {
  note(`making the flat twin of ${stack}`);
  const exported: unknown = JSON.parse(await pulumi(machine, 'stack', 'export', '--show-secrets', '--stack', stack));
  const twin = flatTwin(exported, 'agente-dr', twinStack);
  const project = new ProjectFile(machine);
  const contender = (title: string, name: string, main: string): Contender => ({
    title,
    stack: name,
    main,
    seconds: [],
  });
  const program = contender('program', stack, project.main);
  const flat = contender('flat twin', twinStack, writeProgram(machine, 'flat-twin', twin.program));
  const bare = contender('bare twin', twinStack, writeProgram(machine, 'bare-twin', twin.bareProgram));
  const empty = contender('empty program', emptyStack, writeProgram(machine, 'empty', emptyProgram));
  try {
    await importTwin(machine, twin.state);
    await deployEmpty(machine, project, empty.main);
    // The first run of each fills caches and is not counted.
    for (let run = 0; run <= runs; run += 1) {
      for (const each of [program, flat, bare, empty]) await preview(machine, project, each, run > 0, note);
    }
  } finally {
    project.pointTo(program.main);
  }
  const timing = ({ seconds }: Contender): Timing => ({ median: median(seconds), runs: seconds });
  const ratio = median(program.seconds) / median(flat.seconds);
  const timings = { program: timing(program), flatTwin: timing(flat), bareTwin: timing(bare), base: timing(empty) };
  const msPerResource = ((median(program.seconds) - median(empty.seconds)) * 1_000) / twin.resources;
  return { stack, resources: twin.resources, ...timings, ratio, msPerResource };
}

async function preview(
  machine: Machine,
  project: ProjectFile,
  contender: Contender,
  counted: boolean,
  note: (text: string) => void,
): Promise<void> {
  project.pointTo(contender.main);
  const startedAt = performance.now();
  await pulumi(machine, 'preview', '--expect-no-changes', '--stack', contender.stack);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (counted) contender.seconds.push(seconds);
  note(`${contender.title}: ${seconds.toFixed(2)} s${counted ? '' : ' (not counted)'}`);
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

  /** The program as the machine has it; the others are TypeScript that the SDK translates, as the raw tool does. */
  pointTo(main: string): void {
    const other = main === this.main ? {} : { runtime: 'nodejs' };
    fs.writeFileSync(this.file, stringify({ ...this.content, main, ...other }));
  }
}

/** @returns the folder of the program, in which it finds the checkout's libraries. */
function writeProgram(machine: Machine, name: string, program: string): string {
  const folder = path.join(machine.dir, name);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  fs.writeFileSync(path.join(folder, 'package.json'), `{ "name": "${name}", "private": true, "main": "index.ts" }\n`);
  fs.writeFileSync(path.join(folder, 'index.ts'), program, { mode: 0o600 });
  fs.copyFileSync(path.join(checkoutRoot(), 'tsconfig.json'), path.join(folder, 'tsconfig.json'));
  fs.rmSync(path.join(folder, 'node_modules'), { force: true });
  fs.symlinkSync(path.join(checkoutRoot(), 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

async function importTwin(machine: Machine, state: unknown): Promise<void> {
  const file = path.join(machine.dir, 'twin-state.json');
  fs.writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
  await pulumi(machine, 'stack', 'init', twinStack, '--no-select');
  await pulumi(machine, 'stack', 'import', '--stack', twinStack, '--file', file, '--force');
}

/** Deployed once, so that its previews see no changes either. */
async function deployEmpty(machine: Machine, project: ProjectFile, main: string): Promise<void> {
  await pulumi(machine, 'stack', 'init', emptyStack, '--no-select');
  project.pointTo(main);
  await pulumi(machine, 'up', '--yes', '--skip-preview', '--stack', emptyStack);
}

/** @returns what pulumi printed. @throws AgenteError `engine-failed`. */
async function pulumi(machine: Machine, ...args: string[]): Promise<string> {
  const project = Project.at(machine.projectDir);
  const { code, stdout, output } = await runPulumi({ project, env: environment(machine), args });
  if (code === 0) return stdout;
  throw engineFailure(`pulumi ${args.slice(0, 2).join(' ')}`, output, 'no file');
}
