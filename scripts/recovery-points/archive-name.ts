import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../recovery/errors';
import type { Catalogue } from '../catalogue/catalogue';
import type { Manifest } from '../catalogue/manifest';

/** What a person named to restore from. */
export type Archive =
  | { readonly kind: 'point'; readonly point: Manifest }
  /** A file from before the catalogue. */
  | { readonly kind: 'file'; readonly file: string };

/** The names of the procedure: `backups/postgres-full-latest.tar.gz`, `qloapps-latest.sql.gz`, `secrets-latest.enc`. */
const latestName = /^[a-z]+(?:-(full|incremental))?-latest(?:\..+)?$/;

/**
 * A file that is there is that file; otherwise `latest` by any of its names, or the id of a recovery point.
 * @throws AgenteError recovery-point-missing.
 */
export async function resolveArchive(written: string, catalogue: Catalogue): Promise<Archive> {
  const base = path.basename(written);
  const named = latestName.exec(base);
  if (named === null && base !== 'latest') {
    if (fs.existsSync(written)) return { kind: 'file', file: path.resolve(written) };
    return { kind: 'point', point: await catalogue.find(base) };
  }
  const { points } = await catalogue.list();
  const wanted = named?.[1];
  const found = points.findLast(({ kind }) => (wanted === undefined ? kind !== 'log' : kind === wanted));
  if (found !== undefined) return { kind: 'point', point: found };
  throw new AgenteError(
    'recovery-point-missing',
    `${catalogue.dataset} has no ${wanted ?? ''} recovery point for ${written}`.replace('  ', ' '),
    'Name a file that is there, or see agente-dr catalog list.',
  );
}
