import { Command, InvalidArgumentError, Option } from 'commander';
import type { BenchDataset } from '../bench/data/run';

const benchDatasets: readonly BenchDataset[] = ['postgres', 'pms', 'redis'];

interface BenchFlags {
  readonly json?: true;
  readonly stack: string;
  readonly runs: number;
}

function runsOf(text: string): number {
  const runs = Number(text);
  if (!Number.isInteger(runs) || runs < 1) throw new InvalidArgumentError('Allowed: whole numbers from 1.');
  return runs;
}

/** `agente-dr bench`: for the people who build this, so it is not in the help. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('time what is promised about speed, side by side with what it is held against')
    .addCommand(programCommand(), { isDefault: true })
    .addCommand(dataCommand());
}

function programCommand(): Command {
  return new Command('program')
    .description('pulumi preview of a stack against its flat twin, and the role change of a failover')
    .addOption(new Option('--stack <stack>', 'stack to preview').choices(['primary', 'dr']).default('primary'))
    .option('--runs <n>', 'runs of each; the median counts', runsOf, 5)
    .option('--json', 'print the figures to stdout as JSON')
    .action(run);
}

interface DataFlags {
  readonly json?: true;
  readonly dataset: readonly BenchDataset[];
  readonly gb: readonly string[];
  readonly runs: number;
}

function dataCommand(): Command {
  return new Command('data')
    .description("backups and restores against the engines' own tools, over real servers")
    .addOption(
      new Option('--dataset <datasets...>', 'of these').choices([...benchDatasets]).default([...benchDatasets]),
    )
    .option('--gb <sizes...>', 'gigabytes of data, which compress two- to threefold', ['1', '5'])
    .option('--runs <n>', 'runs of each; the median counts', runsOf, 3)
    .option('--json', 'print the figures to stdout as JSON')
    .action(runData);
}

async function runData({ dataset, gb, runs, json }: DataFlags): Promise<void> {
  const { dataTable, runDataBench } = await import('../bench/data/run.js');
  const gigabytes = gb.map(gigabytesOf);
  const rows = await runDataBench({ datasets: dataset, gigabytes, runs }, (text) => process.stderr.write(`${text}\n`));
  process.stdout.write(json === true ? `${JSON.stringify(rows, null, 2)}\n` : dataTable(rows));
}

function gigabytesOf(text: string): number {
  const size = Number(text);
  if (Number.isFinite(size) && size > 0) return size;
  throw new InvalidArgumentError(`${text} is no size: allowed are numbers above 0.`);
}

async function run(flags: BenchFlags): Promise<void> {
  const { createMachine, stopMachine } = await import('../../local/up.js');
  const { bringUp } = await import('../bring-up.js');
  const { benchPreview } = await import('../bench/preview-bench.js');
  const { benchRoleChange } = await import('../bench/role-change-bench.js');
  const note = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  const machine = await createMachine({ name: `bench-${Date.now().toString(36)}`, owner: process.pid });
  try {
    await bringUp(machine, note);
    const figures = await benchPreview(machine, flags.stack, flags.runs, note);
    const roleChange = await benchRoleChange(machine, note);
    const { program, flatTwin, bareTwin, base, ratio, msPerResource, resources, stack } = figures;
    note(`preview of ${stack}, ${String(resources)} resources, median of ${String(flags.runs)}:`);
    note(`  program    ${program.median.toFixed(2)} s`);
    note(`  flat twin  ${flatTwin.median.toFixed(2)} s, so the program takes ${ratio.toFixed(2)} times as long`);
    note(`  bare twin  ${bareTwin.median.toFixed(2)} s (no SDK loaded)`);
    note(`  base       ${base.median.toFixed(2)} s, and ${msPerResource.toFixed(1)} ms for each resource`);
    note(`role change of dr: ${roleChange.own.toFixed(2)} s without the waits for servers`);
    if (flags.json === true) process.stdout.write(`${JSON.stringify({ preview: figures, roleChange }, null, 2)}\n`);
  } finally {
    await stopMachine(machine);
  }
}
