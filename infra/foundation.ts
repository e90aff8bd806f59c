import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { BackupVault } from '../components/backup-vault';
import { ControlBucket } from '../components/control-bucket';
import { EncryptionKey } from '../components/encryption-key';
import { GeneratedSecret } from '../components/generated-secret';
import { Network } from '../components/network';
import { OperatorSecret } from '../components/operator-secret';
import { SignalBucket } from '../components/signal-bucket';
import { Vault } from '../components/vault';
import { vaultRetention } from '../recovery/retention';
import { bucketName, peerOf, signalKey, type DatabaseDataset } from '../recovery/sites';
import { workload } from '../recovery/workload';
import { identitySecret } from '../recovery/recipients';
import { layBackupVault } from './backups';
import type { SiteConfig } from './config';
import { layImages } from './images';
import { cacheSecret, databaseNames, keyAlias, signalOf } from './names';
import { siteProvider } from './provider';
import { provisions } from './roles';

/** What a site stands on, in every role. */
export interface Foundation {
  readonly provider: aws.Provider;
  readonly key: EncryptionKey;
  readonly network: Network;
  readonly control: ControlBucket;
  /** By digest, from the site's own registry. */
  readonly toolboxImage: pulumi.Input<string>;
  readonly backupVault: BackupVault;
  readonly cacheToken: GeneratedSecret;
  /** Null in dr: its databases began as replicas, and a replica has its source's password, also once promoted. */
  readonly databasePasswords: Readonly<Record<DatabaseDataset, GeneratedSecret>> | null;
}

export function layFoundation(config: SiteConfig): Foundation {
  const { accountId, region, site } = config;
  const provider = siteProvider(config, 'site', region);
  const options = { provider };
  const key = new EncryptionKey('key', { accountId, region, alias: keyAlias(site) }, options);
  layVault(config, key, provider);
  const backupVault = layBackupVault(key, provider);
  const control = new ControlBucket('control', { bucketName: bucketName('control', accountId, region) }, options);
  if (site === 'dr') {
    new SignalBucket('signal', { bucketName: signalOf(config).bucket, publicKey: signalKey }, options);
  } else {
    layThirdWitness(config);
  }
  const { vpcCidr: cidr, zones } = config;
  const network = new Network('network', { accountId, region, cidr, zones, keyArn: key.arn }, options);
  const toolboxImage = layImages(config, key, provider);
  return { provider, key, network, control, backupVault, toolboxImage, ...laySecrets(config, key, provider) };
}

function layVault(config: SiteConfig, key: EncryptionKey, provider: aws.Provider): void {
  const { accountId, region, peerRegion, site } = config;
  const peer = {
    bucketName: bucketName('vault', accountId, peerRegion),
    region: peerRegion,
    keyAlias: keyAlias(peerOf[site]),
  };
  new Vault(
    'vault',
    {
      bucketName: bucketName('vault', accountId, region),
      keyArn: key.arn,
      accountId,
      region,
      lockedFor: workload.datasets.postgres.protection.with.window,
      retention: vaultRetention,
      copyTo: provisions[config.role].copiesVault ? peer : null,
    },
    { provider },
  );
}

/** The witness of neither site. The primary stack owns it: dr has nothing outside its own region. */
function layThirdWitness(config: SiteConfig): void {
  const { accountId, witnessRegion } = config;
  const provider = siteProvider(config, 'witness', witnessRegion);
  new ControlBucket('witness', { bucketName: bucketName('control', accountId, witnessRegion) }, { provider });
}

function laySecrets(
  config: SiteConfig,
  key: EncryptionKey,
  provider: aws.Provider,
): Pick<Foundation, 'cacheToken' | 'databasePasswords'> {
  const cacheToken = new GeneratedSecret(
    'cache-token',
    { secretName: cacheSecret, description: 'token of the cache', keyArn: key.arn },
    { provider },
  );
  if (config.site === 'dr') return { cacheToken, databasePasswords: null };
  const copies = [{ region: config.peerRegion, keyAlias: keyAlias(peerOf[config.site]) }];
  const password = (name: string, dataset: DatabaseDataset) =>
    new GeneratedSecret(
      name,
      {
        secretName: databaseNames[dataset].secret,
        description: `password of the database ${dataset}, the same for its replica`,
        keyArn: key.arn,
        copies,
      },
      { provider },
    );
  new OperatorSecret(
    'backup-identity',
    {
      secretName: identitySecret,
      description: 'private age key of the site, which opens its recovery points',
      keyArn: key.arn,
      copies,
    },
    { provider },
  );
  return {
    cacheToken,
    // The first of them was the only one, and keeps its name: another would be another password.
    databasePasswords: { postgres: password('database-password', 'postgres'), pms: password('pms-password', 'pms') },
  };
}
