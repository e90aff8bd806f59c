import { Command, CommanderError } from 'commander';
import { exitCodes } from '../recovery/errors';
import { spelledOut } from '../scripts/commands/procedure-scripts';
import { storeVerbs } from '../scripts/commands/verbs';
import { printError } from './output';

/** A verb a file; only the one that is asked for is loaded. */
const verbs: Readonly<Record<string, () => Promise<Command>>> = {
  doctor: async () => (await import('./commands/doctor.js')).doctorCommand(),
  local: async () => (await import('./commands/local.js')).localCommand(),
  drill: async () => (await import('./commands/drill.js')).drillCommand(),
  preview: async () => (await import('./commands/preview.js')).previewCommand(),
  gate: async () => (await import('./commands/gate.js')).gateCommand(),
  failover: async () => (await import('./commands/failover.js')).failoverCommand(),
  plan: async () => (await import('./commands/plan.js')).planCommand(),
  status: async () => (await import('./commands/status.js')).statusCommand(),
  rebuild: async () => (await import('./commands/rebuild.js')).rebuildCommand(),
  retire: async () => (await import('./commands/retire.js')).retireCommand(),
  ...storeVerbs,
  bench: async () => (await import('./commands/bench.js')).benchCommand(),
  version: async () => (await import('./commands/version.js')).versionCommand(),
};

/** Verbs that only developers need. */
const hidden = new Set(['bench']);

const examples = `
Examples:
  agente-dr drill run region-loss          destroy a region of this machine, recover it, and measure
  eval "$(agente-dr local up)"             two regions on this machine, and this shell bound to them
  agente-dr preview                        what a change does to recovery, before it is made
  agente-dr failover --dry-run             what would be lost, and the plan
  agente-dr failover                       bring the hotel back in the other region
  agente-dr status --json | jq .journal    how far it is
  agente-dr backup postgres                a recovery point; restore, validate and catalog go with it
  agente-dr plan                           what is promised, and what the worst case is

Exit codes: 0 ok, 1 failed, 2 usage, 3 permission, 4 resource, 5 promise broken, 6 not deployed,
7 nothing to do, 8 cancelled, 9 timed out, 10 refused, 255 bug.`;

async function program(argv: readonly string[]): Promise<Command> {
  const root = new Command('agente-dr')
    .description('Disaster recovery as code: promises that are declared once and measured')
    .helpOption('-h, --help', 'what a verb does and how')
    .addHelpText('after', examples)
    .showHelpAfterError('Run agente-dr --help, or agente-dr VERB --help.');
  const asked = argv.find((argument) => Object.hasOwn(verbs, argument));
  for (const [name, load] of Object.entries(verbs)) {
    if (asked !== undefined && name !== asked) continue;
    root.addCommand(await load(), { hidden: hidden.has(name) });
  }
  return inherit(root);
}

/** Every command throws instead of ending the process, so that one place decides about exit codes. */
function inherit(command: Command): Command {
  command.exitOverride();
  for (const child of command.commands) inherit(child);
  return command;
}

function exitCodeOf(error: unknown): number {
  // Help and version end by throwing too; commander has printed what there is to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  return printError(error, process.argv.includes('--json'));
}

async function main(): Promise<void> {
  try {
    const words = spelledOut(process.argv.slice(2));
    const root = await program(words);
    await root.parseAsync(words, { from: 'user' });
  } catch (error) {
    // What still waits (a poll, a timer) must not hold back the answer.
    process.exit(exitCodeOf(error));
  }
}

// A reader that has seen enough (`| head`) ends nothing: a failover goes on without it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void main();
