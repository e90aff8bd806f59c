/** What a database runs on, with what only that engine lets be said. */
export type DatabaseEngine =
  | {
      /** PostgreSQL. @recovery a replica streams its WAL, and point-in-time recovery replays it */
      readonly name: 'postgres';
      /**
       * MAJOR.MINOR.
       * @recovery none in a failover, as no instance changes its version by itself; another one takes a window
       */
      readonly version: string;
      /**
       * WAL, in MiB, that the source keeps for a replica that does not fetch it.
       * @recovery above it the replica is lost and must be made anew; without it a dead replica fills the source's disk
       */
      readonly keepWalForReplica: number;
    }
  | {
      /** MySQL. @recovery a replica streams its binary log, by rows, so that a replay has one outcome */
      readonly name: 'mysql';
      /**
       * MAJOR.MINOR.PATCH, where the first two name the release series.
       * @recovery none in a failover, as no instance changes its version by itself; another one takes a window
       */
      readonly version: string;
    };

interface EngineFacts {
  readonly port: number;
  /** Release series, as families of parameter groups count them. */
  readonly series: string;
  readonly logs: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

/** Where the engines differ, complete. */
export function engineFacts(engine: DatabaseEngine): EngineFacts {
  const [major = '', minor = ''] = engine.version.split('.');
  if (engine.name === 'postgres') {
    return {
      port: 5432,
      series: major,
      logs: ['postgresql'],
      parameters: { 'rds.force_ssl': '1', max_slot_wal_keep_size: String(engine.keepWalForReplica) },
    };
  }
  return {
    port: 3306,
    series: `${major}.${minor}`,
    logs: ['error'],
    parameters: {
      require_secure_transport: '1',
      // A statement can have another effect on the replica, or when it is replayed to a point in time; a row cannot.
      binlog_format: 'ROW',
      // Without transaction identifiers a replica cannot say which transactions it has.
      'gtid-mode': 'ON',
      enforce_gtid_consistency: 'ON',
    },
  };
}
