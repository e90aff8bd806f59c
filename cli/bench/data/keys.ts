import { execFileSync } from 'node:child_process';
import * as path from 'node:path';

/** Two key pairs of age, as the rules want them; the private one of the first. */
export interface Keys {
  readonly recipients: readonly string[];
  readonly identity: string;
}

export function makeKeys(folder: string): Keys {
  const files = ['site.key', 'offline.key'].map((name) => path.join(folder, name));
  const recipients = files.map((file) => {
    execFileSync('age-keygen', ['-o', file], { stdio: 'pipe' });
    return execFileSync('age-keygen', ['-y', file], { encoding: 'utf8' }).trim();
  });
  return { recipients, identity: files[0] ?? '' };
}
