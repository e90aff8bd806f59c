import type { RedisManaged, RedisServer } from '../../settings/datasets';
import type { Engine } from '../engine';
import { RedisManagedEngine } from './redis-managed-engine';
import { RedisServerEngine } from './redis-server-engine';

/** Redis or Valkey: our own by its files, somebody else's by its keys. */
export const redisEngine = (settings: RedisServer | RedisManaged): Engine =>
  settings.kind === 'server' ? new RedisServerEngine(settings) : new RedisManagedEngine(settings);
