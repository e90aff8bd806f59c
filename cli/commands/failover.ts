import { Command, InvalidArgumentError, Option } from 'commander';
import { Duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';

interface Flags {
  readonly stack: string;
  readonly cause: 'region-loss' | 'corruption';
  readonly acceptLoss?: Duration;
  readonly declareLost?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

function durationOf(text: string): Duration {
  try {
    return Duration.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function incidentOf(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/.test(text)) return text;
  throw new InvalidArgumentError('A name is 1 to 60 of A-Z a-z 0-9 . _ -');
}

const examples = `
It refuses a site that serves and still answers, and a loss above the objective. Killed at any step and started
again, also from another checkout, it goes on where it was.

Examples:
  agente-dr failover --dry-run                     what would be lost, and the plan; changes nothing
  agente-dr failover                               asks once, after it has shown the loss
  agente-dr failover --accept-loss 40m             more than the objective may be lost
  agente-dr failover --declare-lost INC-4711       give up a primary that still answers; it is fenced first
  agente-dr failover --stack primary --declare-lost RETURN-1
                                                   back to primary, once it follows dr (agente-dr rebuild)`;

/** `agente-dr failover`. */
export function failoverCommand(): Command {
  return new Command('failover')
    .description('bring the hotel back in the other region')
    .option('--stack <name>', 'stack of the site that takes over', 'dr')
    .addOption(
      new Option('--cause <cause>', 'what has happened').choices(['region-loss', 'corruption']).default('region-loss'),
    )
    .option('--accept-loss <duration>', 'go on although so much is lost, e.g. 40m', durationOf)
    .option('--declare-lost <incident>', 'name of the incident under which a site that answers is given up', incidentOf)
    .option('--dry-run', 'show the loss and the plan, and stop')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON lines to stdout')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  if (flags.cause === 'corruption') {
    throw new AgenteError(
      'cause-is-corruption',
      'the standby has copied the damage within seconds: promoting it would bring the same damage up',
      'Restore the database to an instant before the damage (point-in-time recovery).',
    );
  }
  const asks = flags.yes !== true && flags.dryRun !== true;
  if (asks && !process.stdin.isTTY) {
    throw new AgenteError(
      'argument-invalid',
      'there is no terminal to ask',
      'Say --yes, or look first with --dry-run.',
    );
  }
  const { failover } = await import('../failover/plan.js');
  const { HumanView, JsonView } = await import('../failover/view.js');
  await failover(
    {
      stack: flags.stack,
      acceptLoss: flags.acceptLoss ?? null,
      declareLost: flags.declareLost ?? null,
      dryRun: flags.dryRun ?? false,
      approve: asks ? ask : () => Promise.resolve(),
      signal: cancelSignal(),
    },
    flags.json === true ? new JsonView() : new HumanView(),
  );
}

/** @throws AgenteError cancelled on every answer but yes. */
async function ask(summary: string, signal: AbortSignal): Promise<void> {
  const { createInterface } = await import('node:readline/promises');
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${summary}\nGo on? The promotion cannot be undone. [yes/no] `, { signal });
    if (answer.trim().toLowerCase() === 'yes') return;
  } finally {
    prompt.close();
  }
  throw new AgenteError('cancelled', 'nothing has been changed', 'Answer yes to go on.');
}

function cancelSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      controller.abort(
        new AgenteError(
          'cancelled',
          `${name} has stopped the failover`,
          'Run the command again; it goes on from here.',
        ),
      );
    });
  }
  return controller.signal;
}
