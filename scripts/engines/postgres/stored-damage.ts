import { createHash } from 'node:crypto';
import { AgenteError } from '../../../recovery/errors';
import type { Manifest } from '../../catalogue/manifest';
import { keysOf } from '../../vault/keys';
import type { Damage, Work } from '../engine';
import { storedPieces, type StoredPiece } from './stored-manifest';

/** pgBackRest's manifest of a point, held against ours. */
export async function manifestDamages(point: Manifest, work: Work): Promise<Damage[]> {
  const damages: Damage[] = [];
  for (const file of point.files) {
    const key = `${keysOf(point.dataset, point.lineage).root}/${file.path}`;
    const fact = await compareBytes(key, [{ name: key, at: 0, size: file.size, hash: file.sha256 }], 'sha256', work);
    damages.push(...fact);
  }
  return damages;
}

/** Every stored file of a backup, held against its manifest. */
export async function pieceDamages(point: Manifest, passphrase: string, work: Work): Promise<Damage[]> {
  const step = work.progress.begin(`reading ${point.id}`, point.size.stored);
  const damages: Damage[] = [];
  try {
    for (const [key, pieces] of await storedPieces(point, passphrase, work)) {
      damages.push(...(await compareBytes(key, pieces.map(asExpected), 'sha1', work)));
      step.advance(pieces.reduce((sum, { size }) => sum + size, 0));
    }
  } finally {
    step.end();
  }
  return damages;
}

interface Expected {
  readonly name: string;
  readonly at: number;
  readonly size: number;
  readonly hash: string;
}

const asExpected = ({ name, at, size, sha1 }: StoredPiece): Expected => ({ name, at, size, hash: sha1 });

/** Hashes runs of bytes of one stored file, which follow one another, in one reading. */
async function compareBytes(
  key: string,
  expected: readonly Expected[],
  algorithm: string,
  work: Work,
): Promise<Damage[]> {
  const damages: Damage[] = [];
  const waiting = [...expected];
  let [position, hash, wrong] = [0, createHash(algorithm), false];
  const told = (name: string, fact: string) => damages.push({ what: name === key ? key : `${key} (${name})`, fact });
  try {
    for await (const chunk of (await work.vault.get(key, work.signal)) as AsyncIterable<Buffer>) {
      let rest = chunk;
      while (rest.length > 0) {
        const [piece] = waiting;
        if (piece === undefined) {
          wrong = true;
          break;
        }
        // Bytes between two pieces belong to none: a bundle has no room for them.
        if (position < piece.at) wrong = true;
        const take = rest.subarray(0, piece.at + piece.size - position);
        hash.update(take);
        position += take.length;
        rest = rest.subarray(take.length);
        if (position < piece.at + piece.size) continue;
        if (hash.digest('hex') !== piece.hash) told(piece.name, 'its content is not the one that was written');
        hash = createHash(algorithm);
        waiting.shift();
      }
    }
  } catch (error) {
    if (!(error instanceof AgenteError) || error.code !== 'vault-object-missing') throw error;
    return [{ what: key, fact: 'it is missing' }];
  }
  if (waiting[0] !== undefined) told(waiting[0].name, `it is cut off after ${String(position)} bytes`);
  else if (wrong) told(key, 'it holds more than was written');
  return damages;
}
