import { Command, InvalidArgumentError, Option } from 'commander';
import { databaseDatasets, type DatabaseDataset } from '../../recovery/sites';
import { printJson, say } from '../output';

interface Flags {
  readonly stack: string;
  readonly generation: number;
  readonly dataset?: DatabaseDataset;
  readonly confirm?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

function generationOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A generation is a whole number from 1.');
}

const examples = `
The databases themselves are not touched: RDS keeps them, under deletion protection. Run again, it goes on.

Examples:
  agente-dr retire --stack primary --generation 1 --dry-run               what the state would forget
  agente-dr retire --stack primary --generation 1 --confirm primary-g1
  agente-dr retire --stack dr --generation 2 --dataset pms --confirm dr-g2`;

/** `agente-dr retire`. */
export function retireCommand(): Command {
  return new Command('retire')
    .description('let the state forget the databases of a generation that serves no more')
    .requiredOption('--stack <name>', 'stack whose file has the generation under `retained`')
    .requiredOption('--generation <number>', 'which one', generationOf)
    .addOption(new Option('--dataset <name>', 'this database alone').choices(databaseDatasets))
    .option('--confirm <name>', 'what is given up, as SITE-gGENERATION')
    .option('--dry-run', 'show what the state would forget, and stop')
    .option('--json', 'print to stdout for machines')
    .addHelpText('after', examples)
    .action(run);
}

async function run({ stack, generation, dataset, confirm, dryRun, json }: Flags): Promise<void> {
  const { retire } = await import('../retire/retire.js');
  const retired = await retire({
    stack,
    generation,
    datasets: dataset === undefined ? databaseDatasets : [dataset],
    dryRun: dryRun ?? false,
    confirm: confirm ?? null,
  });
  if (json === true) printJson(retired);
  for (const { identifier, urns, edit } of retired) {
    const state =
      urns.length === 0 ? 'is not in the state any more' : `${dryRun === true ? 'would be' : 'is'} forgotten`;
    say(`${identifier} ${state}. Take out of ${edit}.`);
  }
}
