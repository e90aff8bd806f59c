import type { PostgresManaged, PostgresServer } from '../../settings/datasets';
import type { Engine } from '../engine';
import { PostgresManagedEngine } from './managed-engine';
import { PostgresServerEngine } from './server-engine';
import type { PostgresOptions } from './server-options';

export type { PostgresOptions } from './server-options';

/** The engine for a PostgreSQL of our own, or for one that somebody else runs. */
export function postgresEngine(settings: PostgresServer | PostgresManaged, options: PostgresOptions = {}): Engine {
  return settings.kind === 'server'
    ? new PostgresServerEngine(settings, options)
    : new PostgresManagedEngine(settings, options);
}
