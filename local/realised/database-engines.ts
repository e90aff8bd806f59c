import type { DatabaseEngineName } from '../api';
import type { DatabaseEngine } from './database-engine';
import { mysql } from './mysql/engine';
import { postgres } from './postgres/engine';

/** Every engine that a region on this machine has, by RDS's name of it. */
export const databaseEngines: Readonly<Record<DatabaseEngineName, DatabaseEngine>> = { postgres, mysql };
