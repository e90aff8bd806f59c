import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Engine } from '../../scripts/engines/engine';
import { mysqlEngine } from '../../scripts/engines/mysql/mysql';
import { postgresEngine } from '../../scripts/engines/postgres';
import { RedisServerEngine } from '../../scripts/engines/redis/redis-server-engine';
import { SecretFilesEngine } from '../../scripts/engines/secrets/secret-files-engine';
import { giveToServerUser } from '../../scripts/programs/server-programs';
import type { DatasetSettings } from '../../scripts/settings/datasets';
import type { CommandBench } from './command-bench';
import type { EngineWork } from './engine-work';
import { freePort } from '../free-port';
import { database, TestServer } from './mysql-fixture';
import { TestPostgres } from './postgres-fixture';
import { RedisFixture } from './redis-fixture';

/** What somebody finds who starts the usual server on files as they lie there. */
export type Found = { readonly rows: number } | { readonly refused: string };

/** A store whose commands are killed, and the place on another machine that it is restored to. */
export interface KillStore {
  readonly dataset: string;
  /** How it is backed up; the first kind always can be. */
  readonly kinds: readonly string[];
  readonly live: DatasetSettings;
  readonly target: DatasetSettings;
  readonly engine: Engine;
  /** Adds rows. @returns how many there are now. */
  change(): Promise<number>;
  /** Where a restore puts it. */
  readonly place: string;
  /** Where a restore makes it. */
  readonly restoring: string;
  /** Folders in there that somebody might start a server on. */
  readonly looksLikeData: readonly string[];
  /** Starts a server on a copy of the files. */
  look(data: string): Promise<Found>;
  /** Leaves another state, or none, in the place of a restore. @returns its rows; null for none. */
  spoil(): number | null;
  end(): Promise<void>;
}

/** How a copy of files is looked at: whatever it cannot be read by is a refusal. */
async function lookAt(copy: string, rows: () => Promise<number>): Promise<Found> {
  try {
    return { rows: await rows() };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
}

function copyOf(data: string, copy: string): void {
  fs.mkdirSync(path.dirname(copy), { recursive: true });
  giveToServerUser(path.dirname(copy));
  execFileSync('cp', ['-a', data, copy]);
}

const restoringOf = (data: string): string => `${data}.restoring`;

/** A machine that has lost its disk. */
function emptied(place: string): null {
  fs.rmSync(place, { recursive: true, force: true });
  return null;
}

async function redisStore(room: EngineWork): Promise<KillStore> {
  const server = await RedisFixture.start(room);
  const target = { ...server.settings, data: path.join(room.folder('redis-target'), 'data'), port: await freePort() };
  let round = 0;
  return {
    dataset: 'redis',
    kinds: ['full', 'incremental'],
    live: server.settings,
    target,
    engine: new RedisServerEngine(target),
    change: async () => {
      await server.fill(2_000, `round ${String((round += 1))}`);
      return server.client.dbSize();
    },
    place: target.data,
    restoring: restoringOf(target.data),
    spoil: () => emptied(target.data),
    looksLikeData: ['.'],
    look: (data) => {
      const copy = room.fresh('redis-copy');
      return lookAt(copy, async () => {
        const counts: number[] = [];
        for (const appendOnly of ['yes', 'no']) {
          copyOf(data, copy);
          const copied = await RedisFixture.start(room, ['--appendonly', appendOnly], copy);
          counts.push(await copied.client.dbSize());
          await copied.kill();
          fs.rmSync(copy, { recursive: true });
        }
        if (counts[0] !== counts[1]) throw new Error(`with an append-only file ${counts.join(', without it ')}`);
        return counts[0] ?? 0;
      });
    },
    end: () => server.kill(),
  };
}

async function postgresStore(room: EngineWork): Promise<KillStore> {
  const server = await TestPostgres.create(room.folder('postgres'));
  const place = room.folder('postgres-target');
  const target = { ...server.settings, data: path.join(place, 'data'), socketDir: place };
  const count = async (from: TestPostgres) => {
    const [row] = await from.sql('SELECT count(*)::int AS rows FROM reservations');
    return Number(row?.['rows']);
  };
  return {
    dataset: 'postgres',
    kinds: ['full', 'incremental'],
    live: server.settings,
    target,
    engine: postgresEngine(target),
    change: async () => {
      await server.addReservations(100);
      return count(server);
    },
    place: target.data,
    restoring: restoringOf(target.data),
    spoil: () => emptied(target.data),
    looksLikeData: ['data'],
    look: (data) => {
      const copy = new TestPostgres(room.fresh('postgres-copy'));
      return lookAt(copy.home, async () => {
        copy.makeFolders();
        copyOf(data, copy.data);
        // It would hand its log in to the archive of the server that it is a copy of.
        fs.rmSync(path.join(copy.data, 'postgresql.auto.conf'), { force: true });
        copy.configure();
        await copy.start();
        try {
          return await count(copy);
        } finally {
          await copy.end('SIGKILL');
        }
      });
    },
    end: () => server.end('SIGKILL'),
  };
}

async function mysqlStore(room: EngineWork): Promise<KillStore> {
  const server = await TestServer.create(room.root, 'mysql', 71);
  await server.fill();
  const place = room.folder('mysql-target');
  const target = { ...server.settings, data: path.join(place, 'data'), socket: path.join(place, 'sock') };
  const count = (from: TestServer) =>
    from.run(async (session) => {
      const [rows] = await session.query(`SELECT COUNT(*) AS n FROM ${database}.reservations`);
      return Number((rows as { n: number }[])[0]?.n);
    });
  return {
    dataset: 'pms',
    kinds: ['full', 'log'],
    live: server.settings,
    target,
    engine: mysqlEngine(target),
    change: async () => {
      await server.insert('one more');
      return count(server);
    },
    place: target.data,
    restoring: restoringOf(target.data),
    spoil: () => emptied(target.data),
    looksLikeData: ['data', 'data.unfinished'],
    look: async (data) => {
      const copy = new TestServer(room.fresh('mysql-copy'), await freePort(), 72);
      return lookAt(copy.home, async () => {
        copyOf(data, copy.data);
        await copy.start();
        try {
          return await count(copy);
        } finally {
          await copy.end('SIGKILL');
        }
      });
    },
    end: () => server.end('SIGKILL'),
  };
}

/** They come back to the paths that they were taken from. */
function secretStore({ room, scratch }: CommandBench): KillStore {
  const app = room.folder('app');
  const file = path.join(app, '.env');
  let rows = 0;
  const write = (): number => {
    rows += 1;
    fs.writeFileSync(file, 'DB_PASSWORD=correct-horse\n'.repeat(rows), { mode: 0o600 });
    return rows;
  };
  write();
  const settings = { engine: 'secrets', kind: 'server', paths: [file], checkout: null } as const;
  const live = { ...settings, paths: [file] };
  return {
    dataset: 'secrets',
    kinds: ['full'],
    live,
    target: live,
    engine: new SecretFilesEngine(live),
    change: () => Promise.resolve(write()),
    place: app,
    restoring: path.join(scratch, 'agente-dr-secrets.restoring'),
    spoil: () => {
      fs.writeFileSync(file, 'DB_PASSWORD=other\n');
      return 1;
    },
    looksLikeData: [],
    look: (data) =>
      Promise.resolve({ rows: fs.readFileSync(path.join(data, '.env'), 'utf8').trimEnd().split('\n').length }),
    end: () => Promise.resolve(),
  };
}

/** Each starts its server. */
export const killStores = {
  redis: ({ room }: CommandBench) => redisStore(room),
  postgres: ({ room }: CommandBench) => postgresStore(room),
  pms: ({ room }: CommandBench) => mysqlStore(room),
  secrets: (bench: CommandBench) => Promise.resolve(secretStore(bench)),
} as const;
