import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { AgenteError } from '../../../recovery/errors';
import { keysOf } from '../../vault/keys';
import type { Work } from '../engine';
import { writeOwned, type ServerHome } from './home';
import { sealedPassphrase } from './repository-place';

type Keys = Pick<Work, 'vault' | 'catalogue' | 'encryption' | 'signal'>;

export const passphraseKey = (work: Pick<Work, 'catalogue'>, lineage: string): string =>
  `${keysOf(work.catalogue.dataset, lineage).root}/${sealedPassphrase}`;

/**
 * The passphrase of the lineage's repository, for the host that writes there. The first backup makes it: it
 * is sealed in the vault before anything is closed with it, so what is written can always be opened.
 */
export async function writingPassphrase(home: ServerHome, work: Keys & Pick<Work, 'lineage'>): Promise<string> {
  const key = passphraseKey(work, work.lineage);
  const isSealed = (await work.vault.head(key)) !== null;
  if (fs.existsSync(home.passphrase)) {
    const { lineage, passphrase } = JSON.parse(fs.readFileSync(home.passphrase, 'utf8')) as Record<string, string>;
    if (lineage === work.lineage && passphrase !== undefined) {
      if (!isSealed) await seal(key, passphrase, work);
      return passphrase;
    }
  }
  const passphrase = isSealed ? await unseal(key, work) : randomBytes(48).toString('base64url');
  if (!isSealed) await seal(key, passphrase, work);
  writeOwned(home.passphrase, JSON.stringify({ lineage: work.lineage, passphrase }));
  return passphrase;
}

/** The passphrase for reading: by the age identity, or on the host that wrote, by what it keeps. */
export async function readingPassphrase(home: ServerHome, lineage: string, work: Keys): Promise<string> {
  if (work.encryption.canOpen) return unseal(passphraseKey(work, lineage), work);
  if (fs.existsSync(home.passphrase)) {
    const kept = JSON.parse(fs.readFileSync(home.passphrase, 'utf8')) as Record<string, string>;
    if (kept['lineage'] === lineage && kept['passphrase'] !== undefined) return kept['passphrase'];
  }
  throw new AgenteError(
    'key-missing',
    `there is no age identity, and this host keeps no passphrase of ${lineage}`,
    'Name the file of the private key: --identity FILE, or `identity` in the settings.',
  );
}

async function seal(key: string, passphrase: string, work: Keys): Promise<void> {
  await work.vault.put(key, work.encryption.seal(Readable.from([Buffer.from(passphrase)]), work.signal), work.signal);
}

async function unseal(key: string, work: Keys): Promise<string> {
  const sealed = await work.vault.get(key, work.signal);
  return (await buffer(work.encryption.open(sealed, work.signal))).toString();
}
