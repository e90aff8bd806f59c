import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { AgenteError } from '../../../recovery/errors';
import { untar, type UnpackedFile } from '../../archive/tar-in';

const limits = { files: 10_000, bytes: 256 * 1024 * 1024 };
const magic = 'Salted__';
const blockBytes = 16;

/** How `openssl enc` makes a key of a passphrase: -pbkdf2, its default, and the default before version 1.1. */
const derivations: readonly ((passphrase: Buffer, salt: Buffer) => Buffer)[] = [
  (passphrase, salt) => pbkdf2Sync(passphrase, salt, 10_000, 48, 'sha256'),
  (passphrase, salt) => oldDerivation('sha256', passphrase, salt),
  (passphrase, salt) => oldDerivation('md5', passphrase, salt),
];

/**
 * Unpacks `secrets-*.enc` as `openssl enc -aes-256-cbc` makes it: a tar archive, compressed or not, or one
 * file of variables. CBC has no seal: padding fits by chance once in 256 wrong passphrases, so what comes
 * out must make sense; a flipped byte within a value is beyond what can be known.
 * @throws AgenteError key-missing, key-wrong, restore-damaged.
 */
export async function unpackLegacy(file: string, folder: string, signal: AbortSignal): Promise<UnpackedFile[]> {
  const what = path.basename(file);
  const { salt, sealed } = await readSealed(file, what);
  const passphrase = await legacyPassphrase();
  let reason: string | null = null;
  for (const derive of derivations) {
    const opened = open(sealed, derive(passphrase, salt));
    if (opened === null) continue;
    const content = uncompressed(opened);
    if (content === null) continue;
    if (content.toString('latin1', 257, 262) === 'ustar') {
      return untar(Readable.from([content], { objectMode: false }), folder, { limits, what, signal });
    }
    if (!isVariables(content)) {
      reason = 'what it opens to is neither a tar archive nor a file of variables';
      continue;
    }
    await writeFile(path.join(folder, '.env'), content, { mode: 0o600, flag: 'wx' });
    return [{ name: '.env', mode: 0o600, size: content.length }];
  }
  throw new AgenteError(
    'key-wrong',
    `${what} does not open with this passphrase, or was changed${reason === null ? '' : `: ${reason}`}`,
    'Check the passphrase; with the right one, this archive is damaged: use another.',
  );
}

async function readSealed(file: string, what: string): Promise<{ salt: Buffer; sealed: Buffer }> {
  const damaged = (why: string): AgenteError =>
    new AgenteError('restore-damaged', `${what}: ${why}`, 'Restore from another archive.');
  const { size } = await stat(file).catch((error: unknown) => {
    throw new AgenteError('argument-invalid', `${file} is not there`, 'Name an archive that exists.', { cause: error });
  });
  if (size > limits.bytes) throw damaged(`it has ${String(size)} bytes, secrets are smaller`);
  let bytes: Buffer = await readFile(file);
  // openssl enc -a
  if (bytes.toString('latin1', 0, 10) === 'U2FsdGVkX1') bytes = Buffer.from(bytes.toString('latin1'), 'base64');
  if (bytes.toString('latin1', 0, magic.length) !== magic) throw damaged('it does not begin as openssl writes it');
  const sealed = bytes.subarray(blockBytes);
  if (sealed.length === 0 || sealed.length % blockBytes !== 0) throw damaged('it is cut off');
  return { salt: bytes.subarray(magic.length, blockBytes), sealed };
}

async function legacyPassphrase(): Promise<Buffer> {
  const { AGENTE_DR_SECRETS_PASSPHRASE: given, AGENTE_DR_SECRETS_PASSPHRASE_FILE: file } = process.env;
  if (file !== undefined && file !== '') return Buffer.from((await readFile(file, 'utf8')).replace(/\r?\n$/, ''));
  if (given !== undefined && given !== '') return Buffer.from(given);
  throw new AgenteError(
    'key-missing',
    'there is no passphrase for an archive that openssl closed',
    'Set AGENTE_DR_SECRETS_PASSPHRASE_FILE to a file (0600) that holds it.',
  );
}

/** Null when the padding does not fit. */
function open(sealed: Buffer, keys: Buffer): Buffer | null {
  const decipher = createDecipheriv('aes-256-cbc', keys.subarray(0, 32), keys.subarray(32));
  try {
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch {
    return null;
  }
}

/** Null for what is compressed and damaged. */
function uncompressed(content: Buffer): Buffer | null {
  if (content[0] !== 0x1f || content[1] !== 0x8b) return content;
  try {
    return gunzipSync(content, { maxOutputLength: limits.bytes });
  } catch {
    return null;
  }
}

/** Lines of NAME=value, comments and blanks, all of it text. */
function isVariables(content: Buffer): boolean {
  const text = content.toString('utf8');
  if (content.length === 0 || text.includes('\ufffd') || /[\x00-\x08\x0e-\x1f]/.test(text)) return false;
  return text.split(/\r?\n/).some((line) => /^\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*=/.test(line));
}

/** EVP_BytesToKey with one round. */
function oldDerivation(digest: 'sha256' | 'md5', passphrase: Buffer, salt: Buffer): Buffer {
  let block = Buffer.alloc(0);
  let all = Buffer.alloc(0);
  while (all.length < 48) {
    block = createHash(digest).update(block).update(passphrase).update(salt).digest();
    all = Buffer.concat([all, block]);
  }
  return all.subarray(0, 48);
}
