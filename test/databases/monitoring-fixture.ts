import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { asServerUser, giveToServerUser } from '../../scripts/programs/server-programs';
import type { EngineWork } from './engine-work';
import { freePort } from '../free-port';

/** A Prometheus that watches itself, five times a second. */
export class PrometheusFixture {
  private child: ChildProcess | null = null;

  private constructor(
    readonly data: string,
    readonly port: number,
    private readonly configuration: string,
  ) {}

  /** @param prepare fills its folder before it starts. */
  static async start(
    room: EngineWork,
    options = ['--web.enable-admin-api'],
    prepare: (data: string) => void = () => undefined,
  ): Promise<PrometheusFixture> {
    const data = room.folder(path.basename(room.fresh('prometheus')));
    prepare(data);
    const port = await freePort();
    const configuration = path.join(room.root, `prometheus-${String(port)}.yml`);
    const job = `{job_name: self, static_configs: [{targets: ['127.0.0.1:${String(port)}']}]}`;
    fs.writeFileSync(
      configuration,
      `global: {scrape_interval: 200ms, scrape_timeout: 200ms}\nscrape_configs: [${job}]\n`,
    );
    const fixture = new PrometheusFixture(data, port, configuration);
    await fixture.start(options);
    return fixture;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  async start(options = ['--web.enable-admin-api']): Promise<void> {
    const { command, args } = asServerUser('prometheus', [
      `--config.file=${this.configuration}`,
      `--storage.tsdb.path=${this.data}`,
      `--web.listen-address=127.0.0.1:${String(this.port)}`,
      ...options,
    ]);
    this.child = spawn(command, args, { stdio: 'ignore', cwd: '/' });
    for (let tries = 0; (await this.query('up')).length === 0; tries += 1) {
      if (tries > 200) throw new Error('Prometheus does not come up');
      await pause(50);
    }
  }

  async query(text: string): Promise<{ value: [number, string] }[]> {
    const response = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(text)}`).catch(() => null);
    if (response?.ok !== true) return [];
    const answer = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    return answer.data.result;
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  get snapshots(): string[] {
    const folder = path.join(this.data, 'snapshots');
    return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  }
}

/** One more block of 200 samples of a metric, at the same times as every other: as rules are filled in later. */
export function backfill(data: string, metric: string, from: number): void {
  const lines = Array.from({ length: 200 }, (_, index) => `${metric} ${String(index)} ${String(from + index * 15)}`);
  const file = path.join(data, '..', `${metric}.openmetrics`);
  fs.writeFileSync(file, [`# TYPE ${metric} gauge`, ...lines, '# EOF', ''].join('\n'));
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, data], { stdio: 'pipe' });
  for (const name of fs.readdirSync(data, { recursive: true, encoding: 'utf8' }))
    giveToServerUser(path.join(data, name));
}

/** A folder as Grafana has it, with a database in WAL mode; dashboards by number. */
export function grafanaFolder(room: EngineWork, dashboards: number): { data: string; database: DatabaseSync } {
  const data = room.folder(path.basename(room.fresh('grafana')));
  const database = new DatabaseSync(path.join(data, 'grafana.db'));
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE dashboard (id INTEGER PRIMARY KEY, title TEXT, data TEXT)');
  const insert = database.prepare('INSERT INTO dashboard (title, data) VALUES (?, ?)');
  for (let number = 1; number <= dashboards; number += 1) insert.run(`board ${String(number)}`, 'x'.repeat(2_000));
  fs.mkdirSync(path.join(data, 'dashboards'));
  fs.writeFileSync(path.join(data, 'dashboards', 'hotel.json'), '{"title":"hotel"}');
  fs.mkdirSync(path.join(data, 'png'));
  fs.writeFileSync(path.join(data, 'png', 'made-anew.png'), 'picture');
  giveToServerUser(path.join(data, 'grafana.db'));
  return { data, database };
}

/** One entry of Alertmanager's logs: its length and its bytes. */
export const entry = (length: number): Buffer =>
  length < 128
    ? Buffer.concat([Buffer.from([length]), Buffer.alloc(length, 1)])
    : Buffer.concat([Buffer.from([(length & 0x7f) | 0x80, length >> 7]), Buffer.alloc(length, 1)]);
