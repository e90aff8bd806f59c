import { chmodSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { step } from './step.mjs';

const { isExecutable, onPath } = createRequire(import.meta.url)('../engine.js');

/** What the regions of this machine, the engines' backups and their tests run, and the Debian package that each comes from. */
const servers = [
  { package: 'postgresql', found: () => postgresInstalled() },
  { package: 'pgbackrest', found: () => installed('pgbackrest') },
  { package: 'mariadb-server', found: () => installed('mariadbd') },
  { package: 'mariadb-client', found: () => installed('mariadb-binlog') },
  { package: 'mariadb-backup', found: () => installed('mariadb-backup') },
  { package: 'redis-server', found: () => installed('redis-server') },
  { package: 'haproxy', found: () => installed('haproxy') },
  { package: 'openssl', found: () => installed('openssl') },
  { package: 'util-linux', found: () => installed('setpriv') },
  { package: 'age', found: () => installed('age') },
  { package: 'zstd', found: () => installed('zstd') },
  { package: 'prometheus', found: () => installed('promtool') },
  { package: 'prometheus-alertmanager', found: () => installed('prometheus-alertmanager') },
  { package: 'shellcheck', found: () => installed('shellcheck') },
];

function installed(program) {
  // Debian keeps servers in sbin, which an ordinary user's PATH leaves out.
  return ['/usr/local/sbin', '/usr/sbin', '/sbin'].some((folder) => isExecutable(path.join(folder, program)))
    ? true
    : onPath(program) !== undefined;
}

function postgresInstalled(root = '/usr/lib/postgresql') {
  const versions = existsSync(root) ? readdirSync(root) : [];
  return versions.some((version) => isExecutable(path.join(root, version, 'bin', 'postgres'))) || installed('postgres');
}

/** Names of the Debian packages whose programs this machine lacks. */
export function missingPackages() {
  return servers.filter((server) => !server.found()).map((server) => server.package);
}

/** Can this process install Debian packages? */
export function mayInstall() {
  return process.getuid?.() === 0 && installed('apt-get');
}

export async function installPackages(names) {
  if (!listsPresent()) await apt('reading the list of Debian packages', 'about 10 s', ['update', '-qq']);
  await withoutStartingServices(async () => {
    const install = ['install', '-y', '-qq', '--no-install-recommends', ...names];
    const title = `installing ${names.join(', ')}`;
    await apt(title, 'about 1 min', install).catch(async () => {
      // Lists of last month name versions that the mirror has dropped since.
      await apt('reading the list of Debian packages', 'about 10 s', ['update', '-qq']);
      await apt(title, 'about 1 min', install);
    });
  });
}

function listsPresent(folder = '/var/lib/apt/lists') {
  return (
    existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('_Packages') || name.includes('_Packages.'))
  );
}

function apt(title, expected, args) {
  return step({
    title,
    expected,
    command: 'apt-get',
    args: ['-o', 'DPkg::Lock::Timeout=120', ...args],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    hint: 'Look at what apt-get says above; a Debian mirror must be reachable.',
  });
}

const mark = '# by agente-dr, for the length of one installation';

/**
 * Debian starts a server when its package is installed, unless policy-rc.d forbids it. Ours stands for
 * the length of `work` only, and the machine's own comes back as it was, also after a killed set-up.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withoutStartingServices(work, file = '/usr/sbin/policy-rc.d') {
  const kept = `${file}.kept-by-agente-dr`;
  const restore = () => {
    if (existsSync(file) && readFileSync(file, 'utf8').includes(mark)) rmSync(file);
    if (existsSync(kept)) renameSync(kept, file);
  };
  restore();
  const end = () => {
    restore();
    process.exit(130);
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    if (existsSync(file)) renameSync(file, kept);
    writeFileSync(file, `#!/bin/sh\n${mark}\nexit 101\n`);
    chmodSync(file, 0o755);
    return await work();
  } finally {
    restore();
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}
