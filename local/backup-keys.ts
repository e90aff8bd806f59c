import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { Machine } from './machine';

/** The site's key, which restores and validations hold, and the one that would lie offline. */
const names = ['site.key', 'offline.key'] as const;

const fileOf = (machine: Machine, name: (typeof names)[number]): string => path.join(machine.keysDir, name);

/** Makes the key pairs of age that the machine's recovery points are sealed for. */
export async function makeBackupKeys(machine: Machine): Promise<void> {
  for (const name of names) await promisify(execFile)('age-keygen', ['-o', fileOf(machine, name)]);
}

/** Public keys, as both stacks are told them. */
export function recipientsOf(machine: Machine): string[] {
  return names.map((name) => {
    const [, key] = /^# public key: (\S+)$/m.exec(fs.readFileSync(fileOf(machine, name), 'utf8')) ?? [];
    if (key === undefined) throw new Error(`no public key in ${fileOf(machine, name)}`);
    return key;
  });
}

/** The private key of the site, as a person fills it into the secret. */
export function siteIdentity(machine: Machine): string {
  const [key] = /^AGE-SECRET-KEY-\S+$/m.exec(fs.readFileSync(fileOf(machine, 'site.key'), 'utf8')) ?? [];
  if (key === undefined) throw new Error(`no private key in ${fileOf(machine, 'site.key')}`);
  return key;
}
