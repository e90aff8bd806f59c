import { FolderVault } from './folder-vault';
import { S3Vault } from './s3-vault';
import type { Vault, VaultPlace } from './vault';

/** The vault at a place; nothing is asked of it yet. */
export function openVault(place: VaultPlace): Vault {
  return place.kind === 'folder' ? new FolderVault(place.path) : new S3Vault(place);
}
