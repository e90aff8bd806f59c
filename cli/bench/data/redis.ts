import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type RedisConnection } from '../../../scripts/engines/redis/connection';
import { BenchServer, serverFolder } from './bench-server';
import type { Contender, Tool } from './contender';
import type { Keys } from './keys';
import { lent, openFrom, quoted, sealInto } from './line';

const host = '127.0.0.1';
const bytesAKey = 376;
const together = 1_000;

const noise = (text: string): string => createHash('sha512').update(text).digest('hex');
const valueOf = (key: number): string =>
  noise(`${String(key)} a`) + noise(`${String(key)} b`) + 'a guest of the hotel; '.repeat(5);

export class RedisContender implements Contender {
  readonly dataset = 'redis';
  private readonly data: string;
  private readonly server: BenchServer;
  private keyCount = 0;

  constructor(
    room: string,
    private readonly port: number,
    private readonly keys: Keys,
  ) {
    const home = serverFolder(path.join(room, 'redis'));
    this.data = serverFolder(path.join(home, 'data'));
    this.server = new BenchServer('redis-server', path.join(home, 'log'));
  }

  get settings(): object {
    return { engine: 'redis', kind: 'server', data: this.data, host, port: this.port };
  }

  async prepare(bytes: number): Promise<void> {
    await this.start();
    const count = Math.ceil(bytes / bytesAKey);
    await this.withClient(async (client) => {
      for (let from = 0; from < count; from += together) {
        const keys = Array.from({ length: Math.min(together, count - from) }, (_, index) => from + index);
        await Promise.all(keys.map((key) => client.set(`session:${String(key)}`, valueOf(key))));
      }
    });
    this.keyCount = count;
  }

  /** What has no append-only file yet gets one, as Redis wants it: switched on in the running server. */
  async start(): Promise<void> {
    const hasLog = fs.existsSync(path.join(this.data, 'appendonlydir'));
    const isNew = !hasLog && !fs.existsSync(path.join(this.data, 'dump.rdb'));
    const args = ['--port', String(this.port), '--bind', host, '--dir', this.data, '--save', ''];
    await this.server.start([...args, '--appendonly', hasLog || isNew ? 'yes' : 'no'], () =>
      this.withClient(async (client) => (await client.dbSize()) === this.keyCount),
    );
    if (hasLog || isNew) return;
    await this.withClient(async (client) => {
      await client.sendCommand(['CONFIG', 'SET', 'appendonly', 'yes']);
      while (!/aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/.test(await client.info('persistence')))
        await pause(20);
    });
  }

  async stop(): Promise<void> {
    await this.server.stop('SIGTERM');
  }

  wreck(): void {
    for (const name of fs.readdirSync(this.data)) fs.rmSync(path.join(this.data, name), { recursive: true });
  }

  get tools(): readonly Tool[] {
    const file = (folder: string): string => path.join(folder, 'dump.rdb.zst.age');
    const cli = `redis-cli -p ${String(this.port)}`;
    const dump = quoted(path.join(this.data, 'dump.rdb'));
    return [
      {
        title: 'BGSAVE',
        backUp: (folder) =>
          [
            `${cli} BGSAVE >/dev/null`,
            `while ${cli} INFO persistence | grep -q rdb_bgsave_in_progress:1; do sleep 0.02; done`,
            `cat ${dump} | ${sealInto(file(folder), this.keys.recipients)}`,
            `sync ${quoted(file(folder))}`,
          ].join(' && '),
        restore: (folder) => `${openFrom(file(folder), this.keys.identity)} | ${lent(`tee ${dump}`)} >/dev/null`,
      },
    ];
  }

  private async withClient<T>(work: (client: RedisConnection) => Promise<T>): Promise<T> {
    const client = await connect({ host, port: this.port, passwordFile: null });
    try {
      return await work(client);
    } finally {
      client.destroy();
    }
  }
}
