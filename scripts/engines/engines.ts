import type { DatasetSettings } from '../settings/datasets';
import type { Engine } from './engine';

/** The engine of a dataset. Only the one that is asked for is loaded. */
export async function engineOf(dataset: DatasetSettings): Promise<Engine> {
  switch (dataset.engine) {
    case 'postgres':
      return (await import('./postgres/index.js')).postgresEngine(dataset);
    case 'mysql':
      return (await import('./mysql/mysql.js')).mysqlEngine(dataset);
    case 'redis':
      return (await import('./redis/redis.js')).redisEngine(dataset);
    case 'secrets':
      return (await import('./secrets/secrets.js')).secretsEngine(dataset);
    case 'files':
      return (await import('./monitoring/monitoring.js')).monitoringEngine(dataset);
  }
}
