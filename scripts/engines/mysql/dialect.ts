import { AgenteError } from '../../../recovery/errors';
import { run } from '../../programs/run';

/**
 * What MariaDB and MySQL call differently. MariaDB 10.11 is what runs here and what all of this was tried on;
 * MySQL 8.4's words come from its manual and have met no server of ours.
 */
export interface Dialect {
  readonly name: 'mariadb' | 'mysql';
  readonly server: string;
  readonly client: string;
  readonly dump: string;
  readonly binlog: string;
  /** Where the binary log ends now: columns File and Position. */
  readonly position: string;
  /** Transactions that the server has made or applied, as one word. */
  readonly gtids: string;
  /** What tells two servers apart; the log's events carry the first word. */
  readonly identity: string;
  /** Options of a TLS client that believes nobody but the authority. */
  readonly tls: readonly string[];
  /** Can mariadb-backup copy its files? */
  readonly physical: boolean;
}

export const mariadb: Dialect = {
  name: 'mariadb',
  server: 'mariadbd',
  client: 'mariadb',
  dump: 'mariadb-dump',
  binlog: 'mariadb-binlog',
  position: 'SHOW MASTER STATUS',
  gtids: 'SELECT @@gtid_binlog_pos AS gtids',
  identity: "SELECT CONCAT(@@server_id, ' domain ', @@gtid_domain_id) AS identity",
  tls: ['ssl-verify-server-cert'],
  physical: true,
};

export const mysql: Dialect = {
  name: 'mysql',
  server: 'mysqld',
  client: 'mysql',
  dump: 'mysqldump',
  binlog: 'mysqlbinlog',
  position: 'SHOW BINARY LOG STATUS',
  gtids: "SELECT REPLACE(@@gtid_executed, '\\n', '') AS gtids",
  identity: "SELECT CONCAT(@@server_id, ' uuid ', @@server_uuid) AS identity",
  tls: ['ssl-mode=VERIFY_IDENTITY'],
  physical: false,
};

export const dialectOf = (version: string): Dialect => (/mariadb/i.test(version) ? mariadb : mysql);

/** `10.11` of `10.11.19-MariaDB-…`: files and dumps go between servers that agree in it. */
export const seriesOf = (version: string): string => /^\d+\.\d+/.exec(version)?.[0] ?? version;

/** @throws AgenteError version-mismatch when this machine's server is of another make or series. */
export async function checkServerHere(wanted: string, signal: AbortSignal): Promise<string> {
  const dialect = dialectOf(wanted);
  const { stdout } = await run(dialect.server, ['--version'], { signal });
  const here = /Ver (\S+)/.exec(stdout)?.[1] ?? stdout.trim();
  if (dialectOf(here).name === dialect.name && seriesOf(here) === seriesOf(wanted)) return here;
  throw new AgenteError(
    'version-mismatch',
    `the recovery point is of ${wanted}, the server here is ${here}`,
    `Restore on a machine with ${dialect.server} ${seriesOf(wanted)}.`,
  );
}
