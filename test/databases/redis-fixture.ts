import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type RedisConnection } from '../../scripts/engines/redis/connection';
import { asServerUser, giveToServerUser } from '../../scripts/programs/server-programs';
import type { RedisServer } from '../../scripts/settings/datasets';
import type { EngineWork } from './engine-work';
import { freePort } from '../free-port';

/** A Redis with an append-only file that the test fills, kills and starts again. */
export class RedisFixture {
  private child: ChildProcess | null = null;
  private said = '';
  client!: RedisConnection;

  private constructor(
    readonly settings: RedisServer,
    private readonly options: readonly string[],
  ) {}

  static async start(
    room: EngineWork,
    options: readonly string[] = [],
    data = room.fresh('redis'),
  ): Promise<RedisFixture> {
    const settings: RedisServer = {
      engine: 'redis',
      kind: 'server',
      data,
      host: '127.0.0.1',
      port: await freePort(),
      passwordFile: null,
    };
    const fixture = new RedisFixture(settings, options);
    await fixture.start();
    return fixture;
  }

  get door() {
    return { host: this.settings.host, port: this.settings.port, passwordFile: this.settings.passwordFile };
  }

  /** @throws Error with the server's words when it does not come up. */
  async start(options: readonly string[] = this.options): Promise<void> {
    const { data, host, port } = this.settings;
    fs.mkdirSync(data, { recursive: true, mode: 0o700 });
    giveToServerUser(data);
    const words = [
      '--port',
      String(port),
      '--bind',
      host,
      '--dir',
      data,
      '--save',
      '',
      '--enable-debug-command',
      'local',
    ];
    const { command, args } = asServerUser('redis-server', [...words, '--appendonly', 'yes', ...options]);
    this.said = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
    child.stdout.on('data', (text: Buffer) => (this.said += text.toString()));
    this.child = child;
    for (;;) {
      if (child.exitCode !== null) throw new Error(this.said.trim().split('\n').slice(-3).join(' | '));
      const client = /Ready to accept connections/.test(this.said) ? await connect(this.door).catch(() => null) : null;
      if (client !== null) {
        this.client = client;
        return;
      }
      await pause(20);
    }
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.child;
    if (child === null) return;
    this.child = null;
    if (this.client.isOpen) this.client.destroy();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  /** Sessions, some of which expire, a list, and a value that is no text. */
  async fill(count = 500, prefix = 'session'): Promise<void> {
    const commands: Promise<unknown>[] = [];
    for (let number = 0; number < count; number += 1) {
      commands.push(this.client.set(`${prefix}:${String(number)}`, `guest ${String(number)} `.repeat(10)));
    }
    commands.push(this.client.rPush('queue', ['a', 'b', 'c']));
    commands.push(this.client.set('bytes', Buffer.from([0, 255, 128, 10, 13])));
    await Promise.all(commands);
  }

  get appendFolder(): string {
    return path.join(this.settings.data, 'appendonlydir');
  }
}
