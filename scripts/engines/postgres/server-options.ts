import * as path from 'node:path';
import type { PostgresServer } from '../../settings/datasets';
import { ServerHome } from './home';

/** What an operator may set otherwise; the defaults suit a server of ours. */
export interface PostgresOptions {
  /** Folder on the host for what archiving needs; beside the data directory when left out. */
  readonly home?: string;
  /** An idle server hands in its log after so long: the bound of what a loss of the server costs. */
  readonly archiveTimeoutSeconds?: number;
  /** Disconnects the sessions that keep a database from being replaced, instead of refusing. */
  readonly drain?: boolean;
}

export const homeOf = (server: PostgresServer, options: PostgresOptions): ServerHome =>
  new ServerHome(options.home ?? path.join(path.dirname(server.data), `${path.basename(server.data)}.agente`));
