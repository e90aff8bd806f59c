import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../recovery/errors';
import { restoreEverything } from '../tasks/clean-room';
import type { VaultPlace } from '../vault/vault';
import { interruptible, print, type SiteFlags } from './context';

interface CleanRoomFlags extends SiteFlags {
  readonly identity?: string;
  readonly region?: string;
  readonly into?: string;
}

/** Everything that a vault holds, on a machine that knows nothing else. */
export async function cleanRoom(place: string, flags: CleanRoomFlags): Promise<void> {
  const { identity, into } = flags;
  if (identity === undefined || into === undefined) {
    throw new AgenteError(
      'argument-invalid',
      '--from-bucket takes an identity and a folder',
      'Add --identity FILE --into FOLDER.',
    );
  }
  if (!fs.existsSync(identity)) {
    throw new AgenteError(
      'key-missing',
      `the age identity ${identity} is not there`,
      'Bring the private key that lies offline.',
    );
  }
  const request = { vault: vaultAt(place, flags), identity: path.resolve(identity), into: path.resolve(into) };
  const results = await interruptible(flags, (conditions) => restoreEverything(request, conditions));
  print(
    flags,
    results,
    results.map(({ dataset, point, restored, error }) =>
      restored === null
        ? `${dataset}: NOT restored: ${error ?? ''}`
        : `${dataset}: ${point} is in ${path.join(request.into, dataset)}`,
    ),
  );
  const missing = results.filter(({ restored }) => restored === null).map(({ dataset }) => dataset);
  if (missing.length === 0) return;
  const hint = 'Restore them one by one from earlier recovery points, with settings: agente-dr restore DATASET ID.';
  throw new AgenteError('restore-damaged', `not restored: ${missing.join(', ')}`, hint);
}

function vaultAt(place: string, { region }: CleanRoomFlags): VaultPlace {
  const bucket = /^s3:\/\/([^/]+)\/?$/.exec(place)?.[1];
  if (bucket === undefined) return { kind: 'folder', path: path.resolve(place.replace(/^file:\/\//, '')) };
  const at = region ?? process.env['AWS_REGION'];
  if (at === undefined)
    throw new AgenteError('argument-invalid', `no region for ${place}`, 'Add --region, or set AWS_REGION.');
  return { kind: 's3', bucket, region: at, endpoint: process.env['AWS_ENDPOINT_URL_S3'] ?? null };
}
