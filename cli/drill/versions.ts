import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { postgresProgram } from '../../scripts/programs/server-programs';

/** First thing in the output of a program that looks like a version; null when it does not run. */
function versionFrom(command: string, args: readonly string[], cwd?: string): string | null {
  try {
    const output = execFileSync(command, args, {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd,
    });
    return /v?(\d+\.\d+(?:\.\d+)*)/.exec(output)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Commit of a checkout, with `-dirty` when tracked or new files are not in it; null outside a checkout. */
function commitOf(checkout: string): string | null {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: checkout, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '-dirty');
  } catch {
    return null;
  }
}

/** Version of a Go module that tools/go.mod pins: these programs know no version of their own when built from there. */
function pinnedVersion(checkout: string, module: string): string | null {
  try {
    const pins = fs.readFileSync(path.join(checkout, 'tools', 'go.mod'), 'utf8');
    const line = pins.split('\n').find((candidate) =>
      candidate
        .trim()
        .replace(/^require /, '')
        .startsWith(`${module} v`),
    );
    return /v(\S+)/.exec(line?.slice(line.indexOf(module) + module.length) ?? '')?.[1] ?? null;
  } catch {
    return null;
  }
}

/** What the drill ran on. A program that is not there is left out. */
export function versions(checkout: string): Record<string, string> {
  const found: Record<string, string | null> = {
    'agente-dr': commitOf(checkout),
    node: process.versions.node,
    pulumi: versionFrom('pulumi', ['version']),
    postgres: versionFrom(postgresProgram('postgres'), ['--version']),
    pgbackrest: versionFrom('pgbackrest', ['version']),
    mariadb: versionFrom('/usr/sbin/mariadbd', ['--version']),
    redis: versionFrom('redis-server', ['--version']),
    haproxy: versionFrom('haproxy', ['-v']),
    versitygw: pinnedVersion(checkout, 'github.com/versity/versitygw'),
    toxiproxy: pinnedVersion(checkout, 'github.com/Shopify/toxiproxy/v2'),
  };
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== null));
}
