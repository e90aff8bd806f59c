import { bucketName, databaseIdentifier, type Site } from '../recovery/sites';
import type { SiteConfig } from './config';

/** Names that both sites know without asking, and names that must differ between generations. */
export const databaseName = 'agente_db';
export const databaseUser = 'agente_user';
export const apiPort = 8000;
export const healthPath = '/health/ready';

/** The password of the database, made by the site where it was born and copied to the other. */
export const databaseSecret = 'agente-dr/database/postgres';
/** The token of the site's own cache; each region has one of its own by this name. */
export const cacheSecret = 'agente-dr/cache/redis';

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

export const ownDatabase = (config: SiteConfig): string => databaseIdentifier('postgres', config.generation);
export const peerDatabase = (config: SiteConfig): string => databaseIdentifier('postgres', config.peerGeneration);
export const cacheIdentifier = (config: SiteConfig): string => `agente-redis-${config.site}`;
