import { dotted, type Fault } from '../../recovery/fault';
import type { Planning } from '../../recovery/plan';
import { explainFaults } from '../../recovery/require-plan';
import { forecastCells, forecastSummary, type Growth } from './forecast';
import { serviceRows, storeRows } from './rows';

const storeColumns = [
  ['store', 'store'],
  ['tier', 'tier'],
  ['promise', 'promise'],
  ['data', 'data damaged'],
  ['zone', 'zone lost'],
  ['region', 'region lost'],
  ['margin', 'least left'],
  ['keptBy', 'kept by'],
] as const;

const serviceColumns = [
  ['service', 'service'],
  ['tier', 'tier'],
  ['promise', 'promise'],
  ['region', 'back after a region'],
  ['needs', 'needs'],
] as const;

const legend = [
  'Each pair: what may be lost / how long it may be away. In a lost region the promise is at least 15 min / 4 h.',
  'Times to come back are the budgets of the steps: no restore rate has been measured on AWS.',
].join('\n');

type Columns<Key extends string> = readonly (readonly [key: Key, title: string])[];

function cells<Key extends string>(columns: Columns<Key>, rows: readonly Readonly<Record<Key, string>>[]): string[][] {
  return [columns.map(([, title]) => title), ...rows.map((row) => columns.map(([key]) => row[key]))];
}

/** For a terminal. */
export function asText(planning: Planning, growth: Growth): string {
  const faults = faultsOf(planning);
  const verdict = faults.length === 0 ? 'the promise holds' : `${countOf(faults)}:\n${explainFaults(faults)}`;
  const stores = aligned(cells(storeColumns, storeRows(planning)));
  const services = aligned(cells(serviceColumns, serviceRows(planning)));
  const forecast = `${forecastSummary(growth).join('\n')}\n\n${aligned(forecastCells(growth))}`;
  return `${stores}\n${services}\n${legend}\n\n${forecast}\n${verdict}\n`;
}

/** For a page or a pull request. */
export function asMarkdown(planning: Planning, growth: Growth): string {
  const faults = faultsOf(planning);
  const found = faults.map((fault) => [`\`${fault.code}\``, `\`${dotted(fault.path)}\``, fault.fact, fault.fix.text]);
  const verdict = faults.length === 0 ? 'The promise holds.' : `**${countOf(faults)}**`;
  const parts = [
    verdict,
    piped(cells(storeColumns, storeRows(planning))),
    piped(cells(serviceColumns, serviceRows(planning))),
    legend,
    forecastSummary(growth)
      .map((line, index) => (index === 0 ? line : `- ${line}`))
      .join('\n'),
    piped(forecastCells(growth)),
    ...(faults.length === 0 ? [] : [piped([['fault', 'where', 'what', 'fix'], ...found])]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** For machines. */
export function asData(planning: Planning, growth: Growth) {
  return {
    ok: planning.ok,
    stores: storeRows(planning),
    services: serviceRows(planning),
    plan: planning.plan,
    forecast: growth,
    faults: faultsOf(planning),
  };
}

function faultsOf(planning: Planning): readonly Fault[] {
  return planning.ok ? [] : planning.faults;
}

function countOf({ length }: readonly Fault[]): string {
  return length === 1 ? 'the promise is broken in 1 place' : `the promise is broken in ${length} places`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

function piped([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n');
}
