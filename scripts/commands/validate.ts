import { Command, InvalidArgumentError } from 'commander';
import { Duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import { interruptible, print, settingsFor, withSiteOptions, type SiteFlags } from './context';

interface ValidateFlags extends SiteFlags {
  readonly point?: string;
  readonly budget?: Duration;
  readonly ledger?: string;
}

function budget(text: string): Duration {
  try {
    return Duration.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** `agente-dr validate`. */
export function validateCommand(): Command {
  const command = new Command('validate')
    .description('restore recovery points into throw-away servers and check them; exit code 1 when one is no good')
    .argument('<dataset>', 'as the settings name it')
    .option('--point <id>', 'this point alone')
    .option('--budget <duration>', 'go on with points that nobody has tried until so much time is gone: 10m', budget)
    .option('--ledger <file>', 'what somebody outside wrote down: TABLE,COLUMN, then REFERENCE,INSTANT a line');
  return withSiteOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  agente-dr validate postgres\n  agente-dr validate pms --budget 10m\n  agente-dr validate postgres --ledger bookings.csv --json',
    )
    .action(async (dataset: string, flags: ValidateFlags) => {
      const { validate } = await import('../tasks/validate.js');
      const settings = await settingsFor(flags);
      const request = {
        dataset,
        point: flags.point ?? null,
        budget: flags.budget ?? null,
        ledger: flags.ledger ?? null,
      };
      try {
        const results = await interruptible(flags, (conditions) => validate(settings, request, conditions));
        const lines = results.flatMap(({ point, checks }) => [
          `${point}: good`,
          ...checks.map(({ name, status, fact }) => `  ${status === 'passed' ? '✓' : '·'} ${name}: ${fact}`),
        ]);
        print(flags, results, lines);
      } catch (error) {
        if (error instanceof AgenteError && error.code !== 'cancelled') await tell(dataset, error);
        throw error;
      }
    });
}

/** A failed validation is told to people; that nobody could be told must not hide what failed. */
async function tell(dataset: string, error: AgenteError): Promise<void> {
  const { announce, channels } = await import('../notify/announce.js');
  if (channels(process.env).length === 0) return;
  try {
    await announce('alert', `Backup validation failed for ${dataset}: ${error.message}`, process.env);
  } catch (failure) {
    process.stderr.write(`warning: nobody was told: ${String(failure)}\n`);
  }
}
