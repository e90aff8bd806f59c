import type * as aws from '@pulumi/aws';
import { ControlBucket } from '../components/control-bucket';
import { EncryptionKey } from '../components/encryption-key';
import { GeneratedSecret } from '../components/generated-secret';
import { Network } from '../components/network';
import { SignalBucket } from '../components/signal-bucket';
import { Vault } from '../components/vault';
import { duration } from '../recovery/duration';
import { bucketName, peerOf, signalKey } from '../recovery/sites';
import { workload } from '../recovery/workload';
import type { SiteConfig } from './config';
import { cacheSecret, databaseSecret, keyAlias, signalOf } from './names';
import { siteProvider } from './provider';
import { provisions } from './roles';

/** The 90-day off-site copies of the procedure. */
const keepRecoveryPoints = duration('90d');

/** What a site stands on, in every role. */
export interface Foundation {
  readonly provider: aws.Provider;
  readonly key: EncryptionKey;
  readonly network: Network;
  readonly control: ControlBucket;
  readonly cacheToken: GeneratedSecret;
  /** Null where the database was streamed from the other site: it has that one's password. */
  readonly databasePassword: GeneratedSecret | null;
}

export function layFoundation(config: SiteConfig): Foundation {
  const { accountId, region, site } = config;
  const provider = siteProvider(config, 'site', region);
  const options = { provider };
  const key = new EncryptionKey('key', { accountId, region, alias: keyAlias(site) }, options);
  layVault(config, key, provider);
  const control = new ControlBucket('control', { bucketName: bucketName('control', accountId, region) }, options);
  if (site === 'dr') {
    new SignalBucket('signal', { bucketName: signalOf(config).bucket, publicKey: signalKey }, options);
  } else {
    layThirdWitness(config);
  }
  const { vpcCidr: cidr, zones } = config;
  const network = new Network('network', { accountId, region, cidr, zones, keyArn: key.arn }, options);
  return { provider, key, network, control, ...laySecrets(config, key, provider) };
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
      keepFor: keepRecoveryPoints,
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
): Pick<Foundation, 'cacheToken' | 'databasePassword'> {
  const { peerRegion, site } = config;
  const cacheToken = new GeneratedSecret(
    'cache-token',
    { secretName: cacheSecret, description: 'token of the cache', keyArn: key.arn },
    { provider },
  );
  if (config.databaseOrigin === 'replica') return { cacheToken, databasePassword: null };
  const databasePassword = new GeneratedSecret(
    'database-password',
    {
      secretName: databaseSecret,
      description: 'password of the database, the same for its replica',
      keyArn: key.arn,
      copies: [{ region: peerRegion, keyAlias: keyAlias(peerOf[site]) }],
    },
    { provider },
  );
  return { cacheToken, databasePassword };
}
