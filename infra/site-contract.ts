import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { contractSchema, type Contract } from '../recovery/contract';
import { bucketName, controlKeys, peerOf, signalKey } from '../recovery/sites';
import type { SiteConfig } from './config';
import type { Foundation } from './foundation';
import {
  cacheIdentifier,
  cacheSecret,
  databaseName,
  databaseSecret,
  databaseUser,
  healthPath,
  ownDatabase,
  signalOf,
  witnesses,
} from './names';
import type { Services } from './services';
import type { Stores } from './stores';

/** What stands beside the foundation; null in a site that has no more. */
export type Standing = { readonly stores: Stores; readonly services: Services } | null;

/**
 * Writes what the tools need to know into the site's own control bucket, after everything it speaks of
 * stands: a site calls itself active when it is.
 * @returns what was written.
 */
export function writeContract(
  config: SiteConfig,
  { control, provider }: Foundation,
  standing: Standing,
): pulumi.Output<Contract> {
  const content = pulumi
    .all({
      databases: databases(config, standing),
      caches: caches(config, standing),
      service: service(config, standing),
    })
    .apply((filled) => JSON.stringify(contractSchema.parse({ ...fixed(config), ...filled }), null, 2));
  const written = new aws.s3.BucketObjectv2(
    'contract',
    { bucket: control.bucket.id, key: controlKeys.contract, content, contentType: 'application/json' },
    { provider, ...(standing === null ? {} : { dependsOn: standing.services.ready }) },
  );
  return pulumi.all([written.id, content]).apply(([, text]) => contractSchema.parse(JSON.parse(text)));
}

type Filled = 'databases' | 'caches' | 'service';

/** What is known before anything is asked. */
function fixed(config: SiteConfig): Omit<Contract, Filled> {
  const { site, role, region, accountId, generation, peerRegion, peerGeneration } = config;
  return {
    version: 1,
    site,
    role,
    region,
    accountId,
    generation,
    peer: { site: peerOf[site], region: peerRegion, generation: peerGeneration },
    vault: { bucket: bucketName('vault', accountId, region) },
    control: witnesses(config),
    signal: { ...signalOf(config), key: signalKey },
  };
}

function databases(config: SiteConfig, standing: Standing): pulumi.Input<Contract['databases'][number]>[] {
  if (standing === null) return [];
  const { host, port } = standing.stores.database;
  return [
    pulumi.all([host, port]).apply(([knownHost, knownPort]) => ({
      dataset: 'postgres',
      engine: 'postgres' as const,
      identifier: ownDatabase(config),
      host: knownHost,
      port: knownPort,
      databaseName,
      user: databaseUser,
      secret: databaseSecret,
    })),
  ];
}

function caches(config: SiteConfig, standing: Standing): pulumi.Input<Contract['caches'][number]>[] {
  if (standing === null) return [];
  const { host, port } = standing.stores.cache;
  return [
    pulumi.all([host, port]).apply(([knownHost, knownPort]) => ({
      dataset: 'redis',
      engine: 'redis' as const,
      identifier: cacheIdentifier(config),
      host: knownHost,
      port: knownPort,
      secret: cacheSecret,
    })),
  ];
}

function service(config: SiteConfig, standing: Standing): pulumi.Input<Contract['service']> {
  if (standing === null) return null;
  return standing.services.loadBalancer.dnsName.apply((loadBalancer) => ({
    domain: config.domain,
    port: config.listenerPort,
    loadBalancer,
    healthPath,
  }));
}
