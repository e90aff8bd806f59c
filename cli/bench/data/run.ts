import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { freePorts } from '../../../local/supervisor/ports';
import { median } from '../median';
import type { Contender } from './contender';
import { benchData, ours, type DataFigures } from './data-bench';
import { makeKeys, type Keys } from './keys';
import { MysqlContender } from './mysql';
import { PostgresContender } from './postgres';
import { RedisContender } from './redis';

export type BenchDataset = 'postgres' | 'pms' | 'redis';

/** Medians of one tool, and ours held against the raw tool of the engine. */
export interface DataRow {
  readonly dataset: string;
  readonly gigabytes: number;
  readonly tool: string;
  readonly storedMb: number;
  readonly backupSeconds: number;
  readonly restoreSeconds: number;
  readonly backupMb: number;
  readonly restoreMb: number;
  /** Throughput against that of the engine's raw tool: above 1 is faster. */
  readonly backupThroughput: number;
  /** Time against that of the engine's raw tool: below 1 is faster. */
  readonly restoreTime: number;
}

/** Everything lies in one folder, and goes with it. */
export async function runDataBench(
  { datasets, gigabytes, runs }: { datasets: readonly BenchDataset[]; gigabytes: readonly number[]; runs: number },
  note: (text: string) => void,
): Promise<DataRow[]> {
  const rows: DataRow[] = [];
  for (const dataset of datasets) {
    for (const size of gigabytes) {
      const room = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-bench-'));
      fs.chmodSync(room, 0o711);
      try {
        const keys = makeKeys(room);
        const contender = await contenderFor(dataset, room, keys);
        const figures = await benchData(contender, size * 1e9, { room, keys, runs, note });
        rows.push(...rowsOf(figures, contender, size));
      } finally {
        fs.rmSync(room, { recursive: true, force: true });
      }
    }
  }
  return rows;
}

async function contenderFor(dataset: BenchDataset, room: string, keys: Keys): Promise<Contender> {
  if (dataset === 'postgres') return new PostgresContender(room);
  return dataset === 'pms'
    ? new MysqlContender(room, keys)
    : new RedisContender(room, await freePorts(['127.0.0.1']), keys);
}

function rowsOf(figures: readonly DataFigures[], { tools, dataset }: Contender, gigabytes: number): DataRow[] {
  const raw = tools[0]?.title ?? '';
  const of = (tool: string, value: (figure: DataFigures) => number): number =>
    median(figures.filter((figure) => figure.tool === tool).map(value));
  const backup = (figure: DataFigures): number => figure.backup.seconds;
  const restore = (figure: DataFigures): number => figure.restore.seconds;
  return [ours, ...tools.map(({ title }) => title)].map((tool) => ({
    dataset,
    gigabytes,
    tool,
    storedMb: of(tool, ({ storedMb }) => storedMb),
    backupSeconds: of(tool, backup),
    restoreSeconds: of(tool, restore),
    backupMb: of(tool, (figure) => figure.backup.peakMb),
    restoreMb: of(tool, (figure) => figure.restore.peakMb),
    backupThroughput: of(raw, backup) / of(tool, backup),
    restoreTime: of(tool, restore) / of(raw, restore),
  }));
}

/** As docs/backups.md shows them. */
export function dataTable(rows: readonly DataRow[]): string {
  const head = [
    '| data | tool | stored | backup | against raw | memory | restore until it answers | against raw | memory |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
  const lines = rows.map((row) =>
    [
      '',
      ` ${row.dataset}, ${String(row.gigabytes)} GB `,
      ` ${row.tool} `,
      ` ${row.storedMb.toFixed(0)} MB `,
      ` ${row.backupSeconds.toFixed(1)} s `,
      ` ${row.backupThroughput.toFixed(2)}x the throughput `,
      ` ${row.backupMb.toFixed(0)} MB `,
      ` ${row.restoreSeconds.toFixed(1)} s `,
      ` ${row.restoreTime.toFixed(2)}x the time `,
      ` ${row.restoreMb.toFixed(0)} MB `,
      '',
    ].join('|'),
  );
  return `${[...head, ...lines].join('\n')}\n`;
}
