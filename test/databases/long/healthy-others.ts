import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Monitoring } from '../../../scripts/settings/datasets';
import type { EngineWork } from '../engine-work';
import { entry, grafanaFolder, PrometheusFixture } from '../monitoring-fixture';
import { RedisFixture } from '../redis-fixture';
import type { HealthyShape } from './healthy-shape';

interface RedisShape {
  readonly title: string;
  readonly options?: readonly string[];
  readonly fill?: (server: RedisFixture) => Promise<unknown>;
  readonly kinds?: readonly string[];
}

async function commands(server: RedisFixture, lines: readonly string[]): Promise<void> {
  for (const line of lines) await server.client.sendCommand(line.split(' '));
}

const redisShapes: readonly RedisShape[] = [
  { title: 'nothing in it' },
  {
    title: 'nothing in it, and no append-only file',
    options: ['--appendonly', 'no'],
    kinds: ['full'],
  },
  {
    title: 'every type of value, functions, and databases up to the last',
    options: ['--databases', '64'],
    fill: async (server) => {
      await commands(server, [
        'SET text value',
        'INCRBY number 7',
        'SETBIT bits 100000 1',
        'RPUSH list a b c',
        'SADD set a b c',
        'SADD numbers 1 2 3',
        'ZADD sorted 1 a 2.5 b',
        'HSET hash a 1 b 2',
        'PFADD guesses a b c',
        'GEOADD places -3.7 40.4 madrid 2.17 41.4 barcelona',
        'XADD stream * a 1',
        'XADD stream * b 2',
        'XGROUP CREATE stream group 0',
        'XREADGROUP GROUP group reader COUNT 1 STREAMS stream >',
      ]);
      await server.client.sendCommand([
        'FUNCTION',
        'LOAD',
        "#!lua name=hotel\nredis.register_function('f', function() return 1 end)",
      ]);
      await server.client.set(Buffer.from([0, 255, 10]), randomBytes(100_000));
      for (let n = 0; n < 2_000; n += 1) await server.client.rPush('long list', `guest ${String(n)}`);
      await commands(server, ['SELECT 63', 'SET last 1', 'SELECT 0']);
    },
  },
  {
    title: 'keys that expire, before the backup, during it and after it',
    fill: async (server) => {
      for (const [name, ms] of Object.entries({ gone: 1, soon: 700, later: 2_500 })) {
        for (let n = 0; n < 200; n += 1) {
          await server.client.set(`${name}:${String(n)}`, 'x', { expiration: { type: 'PX', value: ms + n } });
        }
      }
      // Where a third of all keys goes between two points, a person is asked to look.
      await server.fill(3_000);
    },
  },
  {
    title: 'other names of its files, save points, and a policy of eviction',
    options: [
      ...['--dbfilename', 'hotel.rdb', '--appenddirname', 'log', '--appendfilename', 'hotel.aof'],
      ...['--save', '1 1', '--maxmemory', '3mb', '--maxmemory-policy', 'allkeys-lru'],
    ],
    fill: (server) => server.fill(10_000),
  },
];

const redis: readonly HealthyShape[] = redisShapes.map(
  ({ title, options = [], fill, kinds = ['full', 'incremental', 'full'] }) => ({
    title: `a Redis: ${title}`,
    dataset: 'redis',
    kinds,
    start: async (room) => {
      const server = await RedisFixture.start(room, options);
      await fill?.(server);
      return { settings: server.settings, end: () => server.kill() };
    },
  }),
);

const nothing = (): Promise<void> => Promise.resolve();

function secretFiles(room: EngineWork): string {
  const folder = room.folder('app');
  for (const [name, content, mode] of [
    ['.env', 'A=1\n', 0o600],
    ['empty', '', 0o400],
    ['clave de señor.pem', 'KEY', 0o640],
    [`${'long'.repeat(50)}.key`, 'KEY', 0o600],
    ['bytes', randomBytes(100_000), 0o600],
  ] as const) {
    fs.writeFileSync(path.join(folder, name), content, { mode });
  }
  fs.mkdirSync(path.join(folder, 'deep', 'er'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'deep', 'er', 'x'), 'x');
  fs.mkdirSync(path.join(folder, 'nothing'));
  fs.symlinkSync('deep/er/x', path.join(folder, 'link'));
  return folder;
}

const secrets: readonly HealthyShape[] = [
  {
    title: 'secrets: one file',
    dataset: 'secrets',
    kinds: ['full', 'full'],
    start: (room) => {
      const file = path.join(room.folder('app'), '.env');
      fs.writeFileSync(file, 'A=1\n');
      return Promise.resolve({
        settings: { engine: 'secrets', kind: 'server', paths: [file], checkout: null },
        end: nothing,
      });
    },
  },
  {
    title: 'secrets: folders, links, an empty file, long names, and a commit',
    dataset: 'secrets',
    kinds: ['full', 'full'],
    start: (room) => {
      const checkout = room.folder('checkout');
      const git = (...words: readonly string[]) =>
        execFileSync('git', [
          '-C',
          checkout,
          '-c',
          'user.name=t',
          '-c',
          'user.email=t@t',
          '-c',
          'safe.directory=*',
          ...words,
        ]);
      git('init', '-q');
      git('commit', '-q', '--allow-empty', '-m', 'first');
      const paths = [secretFiles(room)];
      return Promise.resolve({ settings: { engine: 'secrets', kind: 'server', paths, checkout }, end: nothing });
    },
  },
];

const files = (settings: Monitoring) => Promise.resolve({ settings, end: nothing });

const monitoring: readonly HealthyShape[] = [
  {
    title: 'a Prometheus that has just begun',
    dataset: 'prometheus',
    kinds: ['full', 'full'],
    start: async (room) => {
      const server = await PrometheusFixture.start(room);
      const { url, data } = server;
      return { settings: { engine: 'files', kind: 'prometheus', url, data }, end: () => server.stop() };
    },
  },
  {
    title: 'a Grafana without a dashboard',
    dataset: 'grafana',
    kinds: ['full', 'full'],
    start: (room) => {
      const { data, database } = grafanaFolder(room, 0);
      return Promise.resolve({
        settings: { engine: 'files', kind: 'grafana', data },
        end: () => {
          database.close();
          return Promise.resolve();
        },
      });
    },
  },
  {
    title: 'an Alertmanager that has told nobody anything yet',
    dataset: 'alertmanager',
    kinds: ['full', 'full'],
    start: (room) => files({ engine: 'files', kind: 'alertmanager', data: room.folder('alertmanager') }),
  },
  {
    title: 'an Alertmanager that has told and was silenced',
    dataset: 'alertmanager',
    kinds: ['full', 'full'],
    start: (room) => {
      const data = room.folder('alertmanager');
      fs.writeFileSync(path.join(data, 'nflog'), Buffer.concat([entry(40), entry(400)]));
      fs.writeFileSync(path.join(data, 'silences'), entry(90));
      return files({ engine: 'files', kind: 'alertmanager', data });
    },
  },
];

export const healthyOthers: readonly HealthyShape[] = [...redis, ...secrets, ...monitoring];
