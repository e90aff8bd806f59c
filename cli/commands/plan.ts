import { Command, Option } from 'commander';
import { exitCodes } from '../../recovery/errors';
import type { Planning } from '../../recovery/plan';
import { places, type Place } from '../../recovery/rates';
import { printJson } from '../output';
import type { Growth } from '../plan/forecast';

interface PlanFlags {
  readonly json?: true;
  readonly markdown?: true;
  readonly workload: string;
  readonly forecast: Place;
}

/** `agente-dr plan`. */
export function planCommand(): Command {
  return new Command('plan')
    .description('what is promised, what the worst case is, and every contradiction; exit code 5 when there is one')
    .option(
      '--workload <name>',
      'shipped, seed (the procedure as it was written), or a file in JSON or YAML',
      'shipped',
    )
    .addOption(
      new Option('--forecast <place>', 'where the month is looked for in which a restore outgrows its RTO')
        .choices([...places])
        .default('aws'),
    )
    .addOption(new Option('--markdown', 'print for a page or a pull request').conflicts('json'))
    .addOption(new Option('--json', 'print for machines').conflicts('markdown'))
    .addHelpText(
      'after',
      '\nExamples:\n  agente-dr plan\n  agente-dr plan --workload seed\n  agente-dr plan --forecast local\n  agente-dr plan --workload my-table.json --json | jq .faults',
    )
    .action(run);
}

async function run(flags: PlanFlags): Promise<void> {
  const { loadWorkload, refuseNothing } = await import('../plan/load.js');
  const { asData, asMarkdown, asText } = await import('../plan/view.js');
  const { planRecovery } = await import('../../recovery/plan.js');
  const planning = planRecovery(loadWorkload(flags.workload));
  refuseNothing(flags.workload, planning);
  const growth = await growthOf(planning, flags.forecast);
  if (flags.json === true) printJson(asData(planning, growth));
  else process.stdout.write(flags.markdown === true ? asMarkdown(planning, growth) : asText(planning, growth));
  if (!planning.ok) process.exitCode = exitCodes.promiseBroken;
}

/** The sizes in the table are today's. */
async function growthOf({ workload }: Planning, place: Place): Promise<Growth> {
  const { forecastRecovery } = await import('../../recovery/forecast.js');
  const { Month } = await import('../../recovery/month.js');
  const start = Month.parse(new Date().toISOString().slice(0, 7));
  return { place, rows: forecastRecovery({ datasets: workload.datasets, place, start }) };
}
