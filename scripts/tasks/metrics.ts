import * as fs from 'node:fs/promises';
import * as path from 'node:path';

/** What one dataset tells the monitoring; the names are the procedure's. */
export interface Gauges {
  readonly last_successful_backup_timestamp_seconds?: number;
  readonly backup_size_bytes?: number;
  readonly backup_duration_seconds?: number;
  readonly backup_validation_status?: 0 | 1;
  readonly backup_restore_test_total?: number;
  readonly backup_restore_test_success_total?: number;
  readonly last_restore_test_timestamp_seconds?: number;
}

/**
 * Writes gauges for node_exporter's textfile collector, one file a dataset; counters are counted on from
 * what the file says. The file is replaced whole: a collector never reads half of it.
 */
export async function writeGauges(folder: string, dataset: string, gauges: Gauges): Promise<void> {
  const file = path.join(folder, `agente_dr_${dataset}.prom`);
  const known = await readGauges(file);
  for (const [name, value] of Object.entries(gauges) as [string, number][]) {
    known.set(name, name.endsWith('_total') ? (known.get(name) ?? 0) + value : value);
  }
  const lines = [...known].map(([name, value]) => `${name}{dataset="${dataset}"} ${String(value)}`);
  await fs.writeFile(`${file}.new`, `${lines.join('\n')}\n`, { mode: 0o644, flush: true });
  await fs.rename(`${file}.new`, file);
}

async function readGauges(file: string): Promise<Map<string, number>> {
  const text = await fs.readFile(file, 'utf8').catch(() => '');
  const found = text.matchAll(/^(\w+)\{[^}]*\} (\S+)$/gm);
  return new Map([...found].map(([, name = '', value = '']) => [name, Number(value)]));
}
