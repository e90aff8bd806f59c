import { AgenteError, exitCodes } from '../recovery/errors';
import { Keeper } from './keeper/keeper';
import { readSettings } from './keeper/settings';

/** What a toolbox container can be told to do. */
const verbs: Readonly<Record<string, () => Promise<void>>> = {
  keeper: async () => {
    const keeper = new Keeper(readSettings(process.env));
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        keeper.stop();
      });
    }
    await keeper.run();
  },
};

async function main(): Promise<void> {
  const verb = process.argv[2] ?? '';
  const run = verbs[verb];
  if (run === undefined) {
    throw new AgenteError(
      'argument-invalid',
      `no such verb: ${verb === '' ? '(none)' : verb}`,
      `Use one of: ${Object.keys(verbs).join(', ')}.`,
    );
  }
  await run();
}

main().then(
  () => process.exit(exitCodes.ok),
  (error: unknown) => {
    if (error instanceof AgenteError) {
      console.error(`error[${error.code}]: ${error.message}\nHINT: ${error.hint}`);
      process.exit(error.exitCode);
    }
    console.error(error);
    process.exit(exitCodes.bug);
  },
);
