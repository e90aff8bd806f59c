import { z } from 'zod';

const text = z.string().min(1);
const absolute = text.refine((path) => path.startsWith('/'), 'not an absolute path');
const port = z.int().min(1).max(65_535);
/** File (0600) that holds one secret and nothing else. */
const secretFile = absolute;

/** A PostgreSQL server of our own, on this machine: its files are at hand. */
const postgresServer = z.strictObject({
  engine: z.literal('postgres'),
  kind: z.literal('server'),
  data: absolute,
  socketDir: absolute,
  port: port.default(5432),
  /** Superuser by peer authentication. */
  user: text.default('postgres'),
  database: text.default('agente_db'),
  /** Tables whose newest `created_at` says how much was lost. */
  freshness: z.array(text).default(['public.sessions', 'public.reservations']),
});

/** A database that somebody else runs (RDS): reached by TLS, never by its files. */
const managedDatabase = {
  kind: z.literal('managed'),
  host: text,
  port,
  user: text,
  database: text,
  passwordFile: secretFile.nullable().default(null),
  /** Certificate of the authority; null for the system's own. */
  ca: absolute.nullable().default(null),
  freshness: z.array(text).default([]),
};
const postgresManaged = z.strictObject({ engine: z.literal('postgres'), ...managedDatabase });
const mysqlManaged = z.strictObject({ engine: z.literal('mysql'), ...managedDatabase });

const mysqlServer = z.strictObject({
  engine: z.literal('mysql'),
  kind: z.literal('server'),
  data: absolute,
  socket: absolute,
  user: text.default('root'),
  database: text.default('qloapps'),
  freshness: z.array(text).default([]),
});

const redisServer = z.strictObject({
  engine: z.literal('redis'),
  kind: z.literal('server'),
  data: absolute,
  host: text.default('127.0.0.1'),
  port: port.default(6379),
  passwordFile: secretFile.nullable().default(null),
});

const redisManaged = z.strictObject({
  engine: z.literal('redis'),
  kind: z.literal('managed'),
  host: text,
  port,
  passwordFile: secretFile.nullable().default(null),
  ca: absolute.nullable().default(null),
});

/** Files of secrets on this machine, or the secrets of a region by the start of their names. */
const secretFiles = z.strictObject({
  engine: z.literal('secrets'),
  kind: z.literal('server'),
  /** Files and folders: `.env`, certificates. */
  paths: z.array(absolute).min(1),
  /** Checkout whose commit the configuration is pinned to; null when there is none. */
  checkout: absolute.nullable().default(null),
});
const secretsManager = z.strictObject({
  engine: z.literal('secrets'),
  kind: z.literal('managed'),
  region: text,
  prefix: text,
});

/**
 * What a server of the monitoring is known by, where its files are read on a machine that is another one each
 * time; without it, by the name of this machine.
 */
const server = text.optional();
const prometheus = z.strictObject({
  engine: z.literal('files'),
  kind: z.literal('prometheus'),
  /**
   * Address of its HTTP API, `http://127.0.0.1:9090`; `--web.enable-admin-api` must be on. Null where the files can
   * only be read: then its finished blocks are copied, and what is younger than three hours is in none yet.
   */
  url: z.url().nullable(),
  /** Its `--storage.tsdb.path`, which snapshots appear under. */
  data: absolute,
  server,
});
/** Files and folders outside `data` that belong to a server: `alertmanager.yml`, Grafana's provisioning. */
const configuration = z.array(absolute).optional();
const grafana = z.strictObject({
  engine: z.literal('files'),
  kind: z.literal('grafana'),
  data: absolute,
  configuration,
  server,
});
const alertmanager = z.strictObject({
  engine: z.literal('files'),
  kind: z.literal('alertmanager'),
  /** Its `--storage.path`. */
  data: absolute,
  configuration,
  server,
});

/** Where a dataset lives and how it is reached. */
export const datasetSettings = z.union([
  postgresServer,
  postgresManaged,
  mysqlServer,
  mysqlManaged,
  redisServer,
  redisManaged,
  secretFiles,
  secretsManager,
  prometheus,
  grafana,
  alertmanager,
]);
export type DatasetSettings = z.infer<typeof datasetSettings>;

export type PostgresServer = z.infer<typeof postgresServer>;
export type PostgresManaged = z.infer<typeof postgresManaged>;
export type MysqlServer = z.infer<typeof mysqlServer>;
export type MysqlManaged = z.infer<typeof mysqlManaged>;
export type RedisServer = z.infer<typeof redisServer>;
export type RedisManaged = z.infer<typeof redisManaged>;
export type SecretFiles = z.infer<typeof secretFiles>;
export type SecretsManager = z.infer<typeof secretsManager>;
export type Monitoring = z.infer<typeof prometheus> | z.infer<typeof grafana> | z.infer<typeof alertmanager>;
