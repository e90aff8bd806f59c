import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { giveToServerUser, serverUser } from '../../programs/server-programs';
import { keysOf } from '../../vault/keys';
import type { VaultPlace } from '../../vault/vault';
import { awsCredentials } from './aws-credentials';

export const repositoryFolder = 'pgbackrest';
/** Key of the sealed passphrase, below the lineage's folder. */
export const sealedPassphrase = 'pgbackrest.key.age';

export const repositoryKey = (dataset: string, lineage: string): string =>
  `${keysOf(dataset, lineage).root}/${repositoryFolder}`;

/** What pgBackRest is told of the place where it writes. */
export function repositoryOptions(place: VaultPlace, key: string): Record<string, string | number> {
  if (place.kind === 'folder') return { 'repo1-type': 'posix', 'repo1-path': path.join(place.path, key) };
  return { 'repo1-type': 's3', 'repo1-path': `/${key}`, ...bucketOptions(place) };
}

function bucketOptions(place: Extract<VaultPlace, { kind: 's3' }>): Record<string, string | number> {
  const { bucket, region } = place;
  const address = place.endpoint ?? process.env['AWS_ENDPOINT_URL_S3'] ?? `https://s3.${region}.amazonaws.com`;
  const { protocol, hostname, port } = new URL(address);
  if (protocol !== 'https:') {
    throw new AgenteError('config-invalid', `pgBackRest needs TLS and ${address} has none`, 'Name an https endpoint.');
  }
  const authority = process.env['AWS_CA_BUNDLE'] ?? process.env['NODE_EXTRA_CA_CERTS'];
  return {
    'repo1-s3-bucket': bucket,
    'repo1-s3-region': region,
    'repo1-s3-endpoint': hostname,
    ...(port === '' ? {} : { 'repo1-storage-port': port }),
    'repo1-s3-uri-style': address.endsWith('.amazonaws.com') ? 'host' : 'path',
    ...(authority === undefined ? {} : { 'repo1-storage-ca-file': authority }),
    ...credentialOptions(),
  };
}

function credentialOptions(): Record<string, string> {
  const found = awsCredentials();
  // None at hand: the role of the machine, which pgBackRest asks for and renews itself.
  if (found === null) return { 'repo1-s3-key-type': 'auto' };
  return {
    'repo1-s3-key': found.keyId,
    'repo1-s3-key-secret': found.secret,
    ...(found.token === null ? {} : { 'repo1-s3-token': found.token }),
  };
}

/**
 * Lets the server's user write to its repository in a folder: the folders above it may be passed through,
 * and stay closed to reading.
 */
export function openFolderPlace(place: VaultPlace, key: string): void {
  if (place.kind !== 'folder') return;
  if (!fs.existsSync(place.path)) {
    throw new AgenteError(
      'store-unreachable',
      `the vault ${place.path} is not there`,
      'Mount it, or make the folder, then run the command again.',
    );
  }
  const repository = path.join(place.path, key);
  fs.mkdirSync(repository, { recursive: true, mode: 0o700 });
  if (!serverUser().lent) return;
  giveToServerUser(repository);
  for (let folder = path.dirname(repository); ; folder = path.dirname(folder)) {
    const { mode } = fs.statSync(folder);
    if ((mode & 0o001) === 0) fs.chmodSync(folder, (mode & 0o7777) | 0o011);
    if (folder === path.resolve(place.path) || folder === path.dirname(folder)) return;
  }
}
