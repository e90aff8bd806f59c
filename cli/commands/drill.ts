import * as path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AgenteError, exitCodes } from '../../recovery/errors';
import { Duration } from '../../recovery/duration';
import { regionLossScenario } from '../../recovery/scenarios/region-loss';
import { checkoutRoot } from '../../scripts/checkout';
import { printJson } from '../output';
import { drillTable } from '../drill/list';
import { pastDrills } from '../drill/results';

interface RunFlags {
  readonly json?: true;
  readonly keep?: true;
  readonly load: number;
  readonly cutLink?: Duration;
  readonly spareRegion?: true;
  readonly timeScale: number;
  readonly results: string;
}

const scenarios = [regionLossScenario.id];

function numberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`Allowed: ${String(least)} to ${String(most)}.`);
    return value;
  };
}

function durationOf(text: string): Duration {
  try {
    return Duration.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** `agente-dr drill run|list`. */
export function drillCommand(): Command {
  const drill = new Command('drill').description('destroy something real, recover it, and measure');
  drill.addCommand(runCommand());
  drill.addCommand(listCommand());
  return drill;
}

function resultsOption(): Option {
  return new Option('--results <folder>', 'folder of the results').default(
    path.join(checkoutRoot(), 'drills'),
    'drills/ of the checkout',
  );
}

function runCommand(): Command {
  return new Command('run')
    .description('run one drill on regions of this machine')
    .argument('<scenario>', `one of: ${scenarios.join(', ')}`)
    .option('--json', 'print the result to stdout')
    .option('--keep', 'leave both regions standing afterwards')
    .option('--load <n>', 'bookings per second that the guests try', numberFrom(1, 2_000), 120)
    .option('--cut-link <duration>', 'cut the replication link so long before the disaster, e.g. 20s', durationOf)
    .option('--time-scale <n>', 'run the DNS clock so many times faster; the result says so', numberFrom(1, 60), 1)
    .addOption(resultsOption())
    .addOption(new Option('--spare-region', 'destroy nothing, to see the drill fail').hideHelp())
    .addHelpText(
      'after',
      '\nExamples:\n  agente-dr drill run region-loss\n  agente-dr drill run region-loss --cut-link 20s --json > result.json',
    )
    .action(run);
}

async function run(scenario: string, flags: RunFlags): Promise<void> {
  if (!scenarios.includes(scenario)) {
    throw new AgenteError(
      'argument-invalid',
      `no scenario is called ${scenario}`,
      `Choose one of: ${scenarios.join(', ')}.`,
    );
  }
  // Loaded here: the other verbs need none of it.
  const { runRegionLoss, regionLossPhases, machineNameOf } = await import('../drill/region-loss.js');
  const { viewOf } = await import('../drill/terminal-view.js');
  const { summary } = await import('../drill/list.js');
  const cancel = cancelSignal();
  const result = await runRegionLoss({
    load: flags.load,
    cutLink: flags.cutLink ?? null,
    spareRegion: flags.spareRegion ?? false,
    timeScale: flags.timeScale,
    keep: flags.keep ?? false,
    results: path.resolve(flags.results),
    view: viewOf(process.stderr, regionLossPhases, regionLossScenario.steps),
    signal: cancel,
  });
  process.stderr.write(summary(result, path.resolve(flags.results)));
  if (flags.keep === true) {
    const name = machineNameOf(Date.parse(result.startedAt));
    process.stderr.write(
      `  both regions stand: eval "$(agente-dr local env ${name})", and agente-dr local down ${name} in the end\n`,
    );
  }
  if (flags.json === true) printJson(result);
  process.exitCode = result.verdict === 'passed' ? exitCodes.ok : exitCodes.promiseBroken;
}

function cancelSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      controller.abort();
    });
  }
  return controller.signal;
}

function listCommand(): Command {
  return new Command('list')
    .description('earlier drills and what they measured')
    .option('--json', 'print the results to stdout')
    .addOption(resultsOption())
    .action((flags: { json?: true; results: string }) => {
      const past = pastDrills(path.resolve(flags.results));
      if (flags.json === true) printJson(past);
      else process.stdout.write(drillTable(past));
    });
}
