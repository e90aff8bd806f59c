import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { contractSchema, contractVersion, type Contract, type DatabaseContract } from '../recovery/contract';
import type { Duration } from '../recovery/duration';
import {
  bucketName,
  controlKeys,
  databaseDatasets,
  databaseIdentifier,
  lineage,
  peerOf,
  signalKey,
  siteGeneration,
} from '../recovery/sites';
import { workload } from '../recovery/workload';
import type { SiteConfig } from './config';
import { jobContracts, toolboxContract } from './contract-toolbox';
import { generationsOf } from './database-config';
import type { Foundation } from './foundation';
import { cacheIdentifier, cacheSecret, databaseNames, healthPath, ownDatabase, signalOf, witnesses } from './names';
import type { Services } from './services';
import type { Stores } from './stores';

/** What stands beside the foundation; null in a site that has no more. */
export type Standing = {
  readonly stores: Stores;
  readonly services: Services;
  readonly backupWindow: Duration;
} | null;

/**
 * Writes what the tools need to know into the site's own control bucket, after everything it speaks of
 * stands: a site calls itself active when it is.
 * @returns what was written.
 */
export function writeContract(config: SiteConfig, foundation: Foundation, standing: Standing): pulumi.Output<Contract> {
  const { control, provider } = foundation;
  const content = pulumi
    .all({
      databases: databases(config, standing),
      caches: caches(config, standing),
      fileSystems: fileSystems(standing),
      service: service(config, standing),
      toolbox: standing === null ? null : toolboxContract(foundation, standing.services),
      images: { ...config.images, toolbox: foundation.toolboxImage },
      topics: standing === null ? {} : { alerts: standing.services.topic.arn },
    })
    .apply((filled) => JSON.stringify(contractSchema.parse({ ...fixed(config), ...filled }), null, 2));
  const written = new aws.s3.BucketObjectv2(
    'contract',
    { bucket: control.bucket.id, key: controlKeys.contract, content, contentType: 'application/json' },
    { provider, ...(standing === null ? {} : { dependsOn: standing.services.ready }) },
  );
  return pulumi.all([written.id, content]).apply(([, text]) => contractSchema.parse(JSON.parse(text)));
}

type Filled = 'databases' | 'caches' | 'fileSystems' | 'service' | 'toolbox' | 'images' | 'topics';

/** What is known before anything is asked. */
function fixed(config: SiteConfig): Omit<Contract, Filled> {
  const { site, role, region, accountId, peerRegion, peerGenerations } = config;
  const generations = generationsOf(config.databases);
  return {
    version: contractVersion,
    site,
    role,
    region,
    accountId,
    generation: siteGeneration(generations),
    generations,
    peer: {
      site: peerOf[site],
      region: peerRegion,
      generation: siteGeneration(peerGenerations),
      generations: peerGenerations,
    },
    vault: {
      bucket: bucketName('vault', accountId, region),
      peerBucket: bucketName('vault', accountId, peerRegion),
      lineages: lineages(site, generations),
    },
    backupJobs: jobContracts(),
    control: witnesses(config),
    signal: { ...signalOf(config), key: signalKey },
  };
}

/** What is in no database goes with the site: its newest history. */
function lineages(site: SiteConfig['site'], generations: ReturnType<typeof generationsOf>): Record<string, string> {
  const rest = lineage(site, siteGeneration(generations));
  return {
    ...Object.fromEntries(Object.keys(workload.datasets).map((dataset) => [dataset, rest])),
    ...Object.fromEntries(databaseDatasets.map((dataset) => [dataset, lineage(site, generations[dataset])])),
  };
}

function databases(config: SiteConfig, standing: Standing): pulumi.Input<DatabaseContract>[] {
  if (standing === null) return [];
  return databaseDatasets.map((dataset) => {
    const { host, port } = standing.stores.databases[dataset];
    const { generation, retained } = config.databases[dataset];
    const { database: databaseName, user, secret } = databaseNames[dataset];
    return pulumi.all([host, port]).apply(([knownHost, knownPort]) => ({
      dataset,
      engine: workload.datasets[dataset].engine,
      generation,
      identifier: ownDatabase(config, dataset),
      host: knownHost,
      port: knownPort,
      databaseName,
      user,
      secret,
      windowSeconds: standing.backupWindow.seconds,
      retained: retained.map((old) => ({
        generation: old.generation,
        identifier: databaseIdentifier(dataset, old.generation),
      })),
    }));
  });
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

function fileSystems(standing: Standing): pulumi.Input<Contract['fileSystems'][number]>[] {
  if (standing === null) return [];
  const { files } = standing.stores;
  return [files.id.apply((id) => ({ name: files.label, id }))];
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
