import type { EngineWork } from '../engine-work';
import { database, TestPostgres } from '../postgres-fixture';
import type { HealthyShape } from './healthy-shape';

interface PostgresShape {
  readonly title: string;
  /** The application's tables; without them another dataset is meant. */
  readonly filled?: boolean;
  readonly cluster?: readonly string[];
  readonly more?: Readonly<Record<string, string | number>>;
  /** Statements by database. */
  readonly fill?: (server: TestPostgres, room: EngineWork) => Promise<void>;
}

/** Each statement alone: several in one query are one transaction, and some want none. */
async function each(server: TestPostgres, statements: readonly string[], name = database): Promise<void> {
  for (const statement of statements) await server.sql(statement, name);
}

const shapes: readonly PostgresShape[] = [
  { title: 'a database without a table', filled: false },
  {
    title: 'tables without a row',
    fill: (server) => each(server, ['TRUNCATE sessions, reservations']),
  },
  {
    title: '300 tables in schemas, with names that must be quoted, sequences and views',
    fill: (server) =>
      each(server, [
        `DO $$ BEGIN FOR n IN 1..300 LOOP
           EXECUTE format('CREATE TABLE public.t%s (id serial PRIMARY KEY, v text)', n);
         END LOOP; END $$`,
        'CREATE SCHEMA "Año 2026"',
        'CREATE TABLE "Año 2026"."select ""quoted"" ñandú.x" ("ñ" int PRIMARY KEY, "a b" text)',
        `INSERT INTO "Año 2026"."select ""quoted"" ñandú.x" SELECT n, '🏨' FROM generate_series(1, 50) n`,
        'CREATE SEQUENCE lonely START 5 CYCLE MAXVALUE 6',
        "SELECT nextval('lonely')",
        'CREATE TABLE "__proto__" (n int)',
        'CREATE TABLE no_columns ()',
        'CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM reservations',
        'CREATE MATERIALIZED VIEW never_filled AS SELECT * FROM reservations WITH NO DATA',
        'CREATE VIEW newest AS SELECT max(created_at) FROM reservations',
      ]),
  },
  {
    title: 'large objects, values out of line, and vacuumed pages',
    fill: (server) =>
      each(server, [
        'SELECT lo_from_bytea(0, decode(repeat(md5(n::text), 4000), $$hex$$)) FROM generate_series(1, 20) n',
        'CREATE TABLE blobs (id int PRIMARY KEY, plain bytea, packed text COMPRESSION lz4)',
        'ALTER TABLE blobs ALTER plain SET STORAGE EXTERNAL',
        "INSERT INTO blobs SELECT n, decode(repeat(md5(n::text), 3000), 'hex'), repeat(md5(n::text), 9000) FROM generate_series(1, 40) n",
        'DELETE FROM blobs WHERE id % 3 = 0',
        'UPDATE blobs SET packed = packed || id WHERE id % 2 = 0',
        'VACUUM (FREEZE) blobs',
        'CREATE TABLE truncated AS SELECT generate_series(1, 5000) n',
        'DELETE FROM truncated WHERE n > 10',
        'VACUUM truncated',
      ]),
  },
  {
    title: 'unlogged, partitioned and inherited tables, and keys between them',
    fill: (server) =>
      each(server, [
        'CREATE UNLOGGED TABLE fleeting AS SELECT generate_series(1, 1000) n',
        'CREATE TABLE stays (id bigint, night date NOT NULL, PRIMARY KEY (id, night)) PARTITION BY RANGE (night)',
        "CREATE TABLE stays_2025 PARTITION OF stays FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
        "CREATE TABLE stays_2026 PARTITION OF stays FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY HASH (id)",
        'CREATE TABLE stays_2026_0 PARTITION OF stays_2026 FOR VALUES WITH (MODULUS 2, REMAINDER 0)',
        'CREATE TABLE stays_2026_1 PARTITION OF stays_2026 FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
        'CREATE TABLE stays_rest PARTITION OF stays DEFAULT',
        "INSERT INTO stays SELECT n, date '2025-11-01' + n FROM generate_series(1, 600) n",
        'CREATE TABLE bills (id int, stay bigint, night date, FOREIGN KEY (stay, night) REFERENCES stays) PARTITION BY LIST (id)',
        'CREATE TABLE bills_1 PARTITION OF bills FOR VALUES IN (1)',
        'CREATE TABLE bills_2 PARTITION OF bills FOR VALUES IN (2)',
        "INSERT INTO bills SELECT 1 + n % 2, n, date '2025-11-01' + n FROM generate_series(1, 600) n",
        'CREATE TABLE extras (stay bigint, night date, FOREIGN KEY (stay, night) REFERENCES stays ON DELETE CASCADE)',
        "INSERT INTO extras SELECT n, date '2025-11-01' + n FROM generate_series(1, 600) n",
        'CREATE TABLE rooms (id int PRIMARY KEY, next_to int REFERENCES rooms DEFERRABLE INITIALLY DEFERRED)',
        'INSERT INTO rooms SELECT n, 1 + n % 50 FROM generate_series(1, 50) n',
        'CREATE TABLE old_notes (guest int)',
        'INSERT INTO old_notes VALUES (1), (999)',
        // Rows from before the rule may break it: that is what NOT VALID says.
        'ALTER TABLE old_notes ADD FOREIGN KEY (guest) REFERENCES rooms NOT VALID',
        'ALTER TABLE old_notes ADD CHECK (guest < 100) NOT VALID',
        'CREATE TABLE parent (id int, note text)',
        'CREATE TABLE child (more text) INHERITS (parent)',
        "INSERT INTO child SELECT n, 'x', 'y' FROM generate_series(1, 10) n",
      ]),
  },
  {
    title: 'extensions, every kind of index, triggers, rules and row security',
    more: { shared_preload_libraries: 'pg_stat_statements' },
    fill: (server) =>
      each(server, [
        'CREATE SCHEMA tools',
        'CREATE EXTENSION amcheck SCHEMA tools',
        'CREATE EXTENSION pg_stat_statements',
        'CREATE EXTENSION btree_gist; CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION pg_trgm',
        'CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION pgcrypto; CREATE EXTENSION postgres_fdw; CREATE EXTENSION unaccent',
        'CREATE FUNCTION tidy(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(unaccent($1)) $$',
        `CREATE TABLE guests (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), mail citext UNIQUE, tags hstore, name text,
           during tstzrange, place point, room int, EXCLUDE USING gist (room WITH =, during WITH &&))`,
        `INSERT INTO guests (mail, tags, name, during, place, room)
           SELECT 'g' || n || '@example.com', hstore('n', n::text), 'José ' || n, tstzrange(to_timestamp(n), to_timestamp(n + 1)), point(n, n), n % 5
           FROM generate_series(1, 500) n`,
        'CREATE INDEX ON guests USING gin (name gin_trgm_ops); CREATE INDEX ON guests USING brin (room); CREATE INDEX ON guests USING hash (name)',
        'CREATE INDEX ON guests USING spgist (place); CREATE INDEX ON guests (tidy(name)) WHERE room > 1; CREATE INDEX ON guests (lower(name) DESC) INCLUDE (room)',
        "CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1')",
        'CREATE FOREIGN TABLE far (id int) SERVER elsewhere',
        'ALTER TABLE guests ENABLE ROW LEVEL SECURITY; ALTER TABLE guests FORCE ROW LEVEL SECURITY',
        'CREATE RULE silent AS ON DELETE TO reservations DO INSTEAD NOTHING',
        `CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no changes of tables by day'; END $$`,
        'CREATE EVENT TRIGGER by_day ON ddl_command_start EXECUTE FUNCTION refuse()',
      ]),
  },
  {
    title: 'databases of other encodings, and with names that must be quoted',
    cluster: ['--encoding=LATIN1', '--locale=C'],
    fill: async (server) => {
      await each(
        server,
        [
          `CREATE DATABASE "Hotel ""Plaza"" 2" TEMPLATE template0 ENCODING SQL_ASCII LOCALE 'C'`,
          `CREATE DATABASE closed`,
          `ALTER DATABASE closed ALLOW_CONNECTIONS false`,
          `CREATE DATABASE crowded CONNECTION LIMIT 0`,
          `CREATE DATABASE pattern IS_TEMPLATE true`,
        ],
        'postgres',
      );
      await each(
        server,
        ['CREATE TABLE "Año" ("Ñ" text)', 'INSERT INTO "Año" SELECT repeat(\'é\', n) FROM generate_series(1, 20) n'],
        'Hotel "Plaza" 2',
      );
      await each(server, ['CREATE TABLE "café" AS SELECT 1 AS n']);
    },
  },
  {
    title: 'table spaces',
    fill: async (server, room) => {
      const place = room.folder('space');
      await each(server, [
        `CREATE TABLESPACE wide LOCATION '${place}'`,
        'CREATE TABLE far_away TABLESPACE wide AS SELECT generate_series(1, 1000) n',
        'CREATE INDEX ON far_away (n) TABLESPACE wide',
        'CREATE DATABASE other TABLESPACE wide',
      ]);
    },
  },
  {
    title: 'small segments, many connections, a prepared transaction and a logical slot',
    cluster: ['--wal-segsize=1'],
    more: { max_connections: 300, max_prepared_transactions: 20, wal_level: 'logical', max_locks_per_transaction: 200 },
    fill: (server) =>
      each(server, [
        "SELECT pg_create_logical_replication_slot('changes', 'pgoutput')",
        'CREATE PUBLICATION everything FOR ALL TABLES',
        `BEGIN; INSERT INTO sessions VALUES (1000, 'half booked'); LOCK TABLE reservations IN SHARE ROW EXCLUSIVE MODE; PREPARE TRANSACTION 'half'`,
      ]),
  },
  {
    title: 'times at the ends of the calendar, and columns that compute themselves',
    fill: (server) =>
      each(server, [
        'CREATE TABLE endless (id int, created_at timestamptz)',
        "INSERT INTO endless VALUES (1, 'infinity'), (2, '-infinity'), (3, now())",
        'CREATE TABLE far_off (id int, created_at timestamp)',
        "INSERT INTO far_off VALUES (1, '294276-12-31'), (2, '2026-01-01')",
        'CREATE TABLE long_ago (id int, created_at date, n int GENERATED ALWAYS AS (id * 2) STORED)',
        "INSERT INTO long_ago VALUES (1, '4713-01-01 BC')",
        'CREATE TABLE never (id int, created_at timestamptz)',
        "INSERT INTO never VALUES (1, NULL), (2, 'infinity')",
      ]),
  },
];

export const healthyPostgres: readonly HealthyShape[] = shapes.map(
  ({ title, filled = true, cluster = [], more = {}, fill }) => ({
    title: `a PostgreSQL: ${title}`,
    dataset: filled ? 'postgres' : 'other',
    kinds: ['full', 'incremental'],
    start: async (room) => {
      const server = await TestPostgres.create(room.folder('server'), { filled, cluster, more });
      if (!filled) await server.sql(`CREATE DATABASE ${database}`, 'postgres');
      await fill?.(server, room);
      const freshness = filled ? server.settings.freshness : [];
      return { settings: { ...server.settings, freshness }, end: () => server.end('SIGKILL') };
    },
  }),
);
