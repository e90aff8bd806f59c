import * as path from 'node:path';
import type { DrillResult } from '../../recovery/drill-result';
import { span } from './report-text';
import { resultFiles, type PastDrill } from './results';

/** Results of earlier drills as lines for people, the newest last. */
export function drillTable(past: readonly PastDrill[]): string {
  if (past.length === 0) return 'no drill has been run yet\n';
  const rows = past.map(({ file, result }) => [
    result.startedAt.slice(0, 19).replace('T', ' '),
    result.scenario,
    result.verdict,
    span(result.rto.seconds),
    span(result.rto.firstSuccessSeconds),
    span(result.rto.ownWorkSeconds),
    lostText(result),
    path.basename(file),
  ]);
  return columns([['time (UTC)', 'scenario', 'verdict', 'rto', 'first', 'own work', 'lost', 'file'], ...rows]);
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]): string => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

function lostText(result: DrillResult): string {
  return result.stores.map((store) => `${store.name} ${String(store.lost)}`).join(', ') || '—';
}

/** What a drill says when it is over. */
export function summary(result: DrillResult, folder: string): string {
  const { rto } = result;
  const files = resultFiles(folder, result.scenario, Date.parse(result.startedAt));
  const lines = [
    '',
    `${result.scenario}: ${result.verdict}`,
    ...result.reasons.map((reason) => `  - ${reason}`),
    `  back after      ${span(rto.seconds)} (bound ${span(rto.localBoundSeconds)}, objective ${span(rto.objectiveSeconds)})`,
    `  first booking   ${span(rto.firstSuccessSeconds)} (bound ${span(rto.firstSuccessBoundSeconds)})`,
    `  our own work    ${span(rto.ownWorkSeconds)} (bound ${span(rto.ownWorkBoundSeconds)})`,
    ...result.stores.map(
      (store) =>
        `  ${store.name.padEnd(15)} ${String(store.lost)} of ${String(store.acknowledged)} writes lost, ${span(store.lostSeconds)} (bound ${span(store.localBoundSeconds)}, objective ${span(store.objectiveSeconds)})`,
    ),
    `  memory          ${result.peakMemoryMb === null ? '—' : `${String(result.peakMemoryMb)} MB`} at most for the failover`,
    `  result          ${path.relative(process.cwd(), files.json)}`,
    `  page            ${path.relative(process.cwd(), files.html)}`,
  ];
  return `${lines.join('\n')}\n`;
}
