#!/usr/bin/env node
/**
 * The one set-up that `npm run drill` and `npm test` go through: npm dependencies, Debian packages,
 * the engine and its servers. Does only what is missing; when nothing is, it is done in a blink.
 */
import { installPackages } from './setup/debian.mjs';
import { buildEngine } from './setup/engine.mjs';
import { asSetupError, textOf } from './setup/errors.mjs';
import { withLock } from './setup/lock.mjs';
import { installDependencies } from './setup/npm.mjs';
import { nothingMissing, whatIsMissing } from './setup/plan.mjs';

async function main() {
  if (nothingMissing(whatIsMissing())) return;
  // Looked at again under the lock: another set-up may have done it while this one waited.
  await withLock('setup', async () => {
    const missing = whatIsMissing();
    if (missing.refusal) throw missing.refusal;
    if (missing.packages.length > 0) await installPackages(missing.packages);
    if (missing.dependencies) await installDependencies();
    if (missing.engine) await buildEngine();
  });
}

main().catch((error) => {
  const known = asSetupError(error);
  if (known === undefined) throw error;
  process.stderr.write(textOf(known));
  process.exit(known.exitCode);
});
