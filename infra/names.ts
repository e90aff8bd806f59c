import { ageMetrics } from '../recovery/ages';
import { bucketName, databaseIdentifier, type DatabaseDataset, type Site } from '../recovery/sites';
import type { SiteConfig } from './config';

/** Names that both sites know without asking, and names that must differ between generations. */
/** Of the figures that the keeper and the toolbox report to CloudWatch. */
export const metricNamespace = ageMetrics.namespace;
export const alertTopic = 'agente-dr-alerts';
export const healthPath = '/health/ready';

interface DatabaseNames {
  readonly database: string;
  readonly user: string;
  /** Of the password, made by the primary site and copied to the other. */
  readonly secret: string;
}
export const databaseNames: Readonly<Record<DatabaseDataset, DatabaseNames>> = {
  postgres: { database: 'agente_db', user: 'agente_user', secret: 'agente-dr/database/postgres' },
  pms: { database: 'qloapps', user: 'qloapps_user', secret: 'agente-dr/database/pms' },
};
/** The token of the site's own cache; each region has one of its own by this name. */
export const cacheSecret = 'agente-dr/cache/redis';

/** Where the tasks of the monitoring find what they keep, and the backup of it too. */
export const monitoringFolders = {
  prometheus: '/prometheus',
  grafana: '/var/lib/grafana',
  alertmanager: '/alertmanager',
} as const;

export const keyAlias = (site: Site): string => `alias/agente-dr-${site}`;

/** The three witnesses of a site, its own first. */
export function witnesses(config: SiteConfig): { region: string; bucket: string }[] {
  return [config.region, config.peerRegion, config.witnessRegion].map((region) => ({
    region,
    bucket: bucketName('control', config.accountId, region),
  }));
}

/** The bucket whose one object moves the guests to the dr region; it lies there, whoever asks. */
export function signalOf(config: SiteConfig): { region: string; bucket: string } {
  const region = config.site === 'dr' ? config.region : config.peerRegion;
  return { region, bucket: bucketName('signal', config.accountId, region) };
}

export const ownDatabase = (config: SiteConfig, dataset: DatabaseDataset): string =>
  databaseIdentifier(dataset, config.databases[dataset].generation);
export const cacheIdentifier = (config: SiteConfig): string => `agente-redis-${config.site}`;
/** Where a cache is found that the site runs itself. The site's certificate must bear it. */
export const cacheHost = ({ site, domain }: SiteConfig): string => `redis-${site}.${domain}`;
