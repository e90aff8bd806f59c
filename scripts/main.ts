import { Command, CommanderError } from 'commander';
import { AgenteError, exitCodes } from '../recovery/errors';
import { procedureScripts, spelledOut } from './commands/procedure-scripts';
import { storeVerbs } from './commands/verbs';

async function keep(): Promise<void> {
  const { Keeper } = await import('./keeper/keeper.js');
  const { readSettings } = await import('./keeper/settings.js');
  const keeper = new Keeper(readSettings(process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      keeper.stop();
    });
  }
  await keeper.run();
}

/** What a toolbox container can be told to do: a verb, or a script of the procedure. */
async function main(argv: readonly string[]): Promise<void> {
  const [word = ''] = argv;
  if (word === 'keeper') {
    await keep();
    return;
  }
  const words = spelledOut(argv);
  const verb = storeVerbs[words[0] ?? ''];
  if (verb === undefined && !['--help', '-h', 'help'].includes(word)) {
    const known = ['keeper', ...Object.keys(storeVerbs), ...Object.keys(procedureScripts)];
    throw new AgenteError(
      'argument-invalid',
      `no such verb: ${word === '' ? '(none)' : word}`,
      `Use one of: ${known.join(', ')}.`,
    );
  }
  const root = new Command('agente-dr').description('Takes, tries and restores recovery points');
  const loaded =
    verb === undefined ? await Promise.all(Object.values(storeVerbs).map((load) => load())) : [await verb()];
  for (const command of loaded) root.addCommand(command);
  exitByThrowing(root);
  await root.parseAsync(words, { from: 'user' });
}

function exitByThrowing(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) exitByThrowing(child);
}

main(process.argv.slice(2)).then(
  () => process.exit(process.exitCode ?? exitCodes.ok),
  (error: unknown) => {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage);
    if (error instanceof AgenteError) {
      console.error(`error[${error.code}]: ${error.message}\nHINT: ${error.hint}`);
      process.exit(error.exitCode);
    }
    console.error(error);
    process.exit(exitCodes.bug);
  },
);
