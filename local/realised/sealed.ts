import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

const keyOf = (passphrase: string): Buffer => createHash('sha256').update(passphrase).digest();

/** Closes data before it goes to a store, which keeps what it gets in the clear. */
export function seal(data: Buffer, passphrase: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, keyOf(passphrase), nonce);
  const closed = [cipher.update(data), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...closed]);
}

/** @throws Error when a single bit of it is not as it was. */
export function unseal(sealed: Buffer, passphrase: string): Buffer {
  const nonce = sealed.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, keyOf(passphrase), nonce);
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
}
