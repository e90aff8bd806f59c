import type { ServiceArgs } from '../components/service';
import type { TaskCluster } from '../components/task-cluster';
import type { SiteConfig } from './config';
import type { Foundation } from './foundation';
import { cacheSecret, databaseNames, witnesses } from './names';
import type { Stores } from './stores';

export type CommonArgs = Omit<ServiceArgs, 'image' | 'size' | 'tasks' | 'rollout'>;

/** What every task of the site is given. Nothing here depends on the role: a failover changes no task. */
export function commonArgs(
  config: SiteConfig,
  { key, network, cacheToken, databasePasswords }: Foundation,
  { databases: { postgres }, cache }: Stores,
  cluster: TaskCluster,
): CommonArgs {
  return {
    accountId: config.accountId,
    region: config.region,
    cluster,
    keyArn: key.arn,
    subnetIds: network.privateSubnetIds,
    securityGroupId: network.taskSecurityGroupId,
    environment: {
      SITE: config.site,
      DATABASE_HOST: postgres.host,
      DATABASE_PORT: postgres.port.apply(String),
      DATABASE_NAME: databaseNames.postgres.database,
      DATABASE_USER: databaseNames.postgres.user,
      REDIS_HOST: cache.host,
      REDIS_PORT: cache.port.apply(String),
    },
    secrets: { DATABASE_PASSWORD: databaseNames.postgres.secret, REDIS_PASSWORD: cacheSecret },
    startAfter: [
      postgres.instance,
      cache.ready,
      cacheToken.version,
      ...(databasePasswords === null ? [] : [databasePasswords.postgres.version]),
    ],
  };
}

/** What a task is given that knows the database of the PMS beside the others: the keeper and the toolbox. */
export function withPms(
  common: CommonArgs,
  { databasePasswords }: Foundation,
  { databases: { pms } }: Stores,
): CommonArgs {
  return {
    ...common,
    environment: {
      ...common.environment,
      PMS_DATABASE_HOST: pms.host,
      PMS_DATABASE_PORT: pms.port.apply(String),
      PMS_DATABASE_NAME: databaseNames.pms.database,
      PMS_DATABASE_USER: databaseNames.pms.user,
    },
    secrets: { ...common.secrets, PMS_DATABASE_PASSWORD: databaseNames.pms.secret },
    startAfter: [
      ...common.startAfter,
      pms.instance,
      ...(databasePasswords === null ? [] : [databasePasswords.pms.version]),
    ],
  };
}

/** What the PMS is given: its own database, and no other store. */
export function onlyPms(
  { site }: SiteConfig,
  common: CommonArgs,
  { databasePasswords }: Foundation,
  { databases: { pms } }: Stores,
): CommonArgs {
  return {
    ...common,
    environment: {
      SITE: site,
      DATABASE_HOST: pms.host,
      DATABASE_PORT: pms.port.apply(String),
      DATABASE_NAME: databaseNames.pms.database,
      DATABASE_USER: databaseNames.pms.user,
    },
    secrets: { DATABASE_PASSWORD: databaseNames.pms.secret },
    startAfter: [pms.instance, ...(databasePasswords === null ? [] : [databasePasswords.pms.version])],
  };
}

/** The three witnesses as a task is told of them, its own region's first. */
export const witnessList = (config: SiteConfig): string =>
  witnesses(config)
    .map(({ region, bucket }) => `${region}=${bucket}`)
    .join(',');
