'use strict';
/**
 * Where the engine (`pulumi`) and the servers that were built with it are, for everything that starts
 * them: the command line, the tests, the set-up. No dependency: this runs before `npm ci` did.
 */
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { atLeast } = require('./versions.js');

const root = path.resolve(__dirname, '..');

/** The first engine that speaks all that the SDK of package.json speaks. */
const oldestEngine = '3.259.0';

/** Outside the checkout: a build of minutes serves every clone. */
function cacheFolder(env = process.env) {
  if (env.AGENTE_DR_CACHE) return path.resolve(env.AGENTE_DR_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(env.HOME || os.homedir(), '.cache'), 'agente-dr');
}

function hashOf(files) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
  for (const file of files)
    hash
      .update(`${path.basename(file)}\0`)
      .update(fs.readFileSync(file))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

/**
 * The folders of the cache that belong to this checkout: `go` holds what Go built, `engine` and
 * `servers` link to it, so that a change of the language host costs no build of minutes.
 */
function engineFolders(env = process.env) {
  const cache = cacheFolder(env);
  const modules = [path.join(__dirname, 'go.mod'), path.join(__dirname, 'go.sum')];
  const host = fs
    .readdirSync(path.join(__dirname, 'language-host'))
    .sort()
    .map((name) => path.join(__dirname, 'language-host', name));
  const built = hashOf(modules);
  return {
    cache,
    go: path.join(cache, `go-${built}`),
    engine: path.join(cache, `engine-${hashOf([...modules, ...host])}`, 'bin'),
    servers: path.join(cache, `servers-${built}`, 'bin'),
  };
}

/** Where a program is on PATH, leaving out our own cache: what we built is not what a user installed. */
function onPath(program, env = process.env) {
  const cache = cacheFolder(env) + path.sep;
  return (env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder) && !(folder + path.sep).startsWith(cache))
    .map((folder) => path.join(folder, program))
    .find((file) => isExecutable(file));
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * A `pulumi` that the user installed, recent enough and with its own language host; undefined when
 * there is none. Its version is asked once and remembered by file, size and time.
 */
function installedEngine(env = process.env) {
  const pulumi = onPath('pulumi', env);
  if (pulumi === undefined) return undefined;
  const file = fs.realpathSync(pulumi);
  const host = path.join(path.dirname(file), 'pulumi-language-nodejs');
  if (!isExecutable(host) && onPath('pulumi-language-nodejs', env) === undefined) return undefined;
  const version = versionOf(file, env);
  return version !== undefined && atLeast(version, oldestEngine) ? { pulumi, version } : undefined;
}

function versionOf(file, env) {
  const { size, mtimeMs } = fs.statSync(file);
  const id = `${file} ${size} ${mtimeMs}`;
  const memo = path.join(cacheFolder(env), 'installed-engine.json');
  try {
    const known = JSON.parse(fs.readFileSync(memo, 'utf8'));
    if (known.id === id) return known.version;
  } catch {
    // not asked yet
  }
  try {
    const quiet = { ...env, PULUMI_SKIP_UPDATE_CHECK: 'true' };
    const version = execFileSync(file, ['version'], {
      env: quiet,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    fs.mkdirSync(path.dirname(memo), { recursive: true });
    fs.writeFileSync(`${memo}.${process.pid}`, JSON.stringify({ id, version: version.trim() }));
    fs.renameSync(`${memo}.${process.pid}`, memo);
    return version.trim();
  } catch {
    return undefined;
  }
}

/** The folders that go before PATH, whether or not they exist already. */
function programFolders(env = process.env) {
  const { engine, servers } = engineFolders(env);
  return [installedEngine(env) === undefined ? engine : servers, path.join(root, 'node_modules', '.bin')];
}

/** A copy of an environment in which `pulumi`, the servers and Node 22 are found first. */
function withEngine(env = process.env) {
  const first = programFolders(env);
  const rest = (env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '' && !first.includes(folder));
  return { ...env, PATH: [...first, ...rest].join(path.delimiter) };
}

module.exports = { cacheFolder, engineFolders, installedEngine, isExecutable, oldestEngine, onPath, root, withEngine };
