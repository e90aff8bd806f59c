import { paint } from '../output';
import { effects, effectTitles } from './effect';
import { changesWith, moved } from './report';
import type { Change, PreviewReport, Prospect, Worst } from './report-schema';

/** What happens to each stack, in one line. */
export function countsText({ stacks }: PreviewReport): string {
  const words = stacks.map(({ stack, counts }) => {
    const done = (['create', 'update', 'replace', 'delete'] as const).flatMap((operation) =>
      counts[operation] === 0 ? [] : [`${String(counts[operation])} to ${operation}`],
    );
    return `${stack}: ${done.length === 0 ? 'no changes' : done.join(', ')}`;
  });
  return words.join(' · ');
}

/** The verdict in one sentence. */
export function verdictText(report: PreviewReport): string {
  const risks = changesWith(report, 'data-at-risk').length;
  const risk = risks === 0 ? '' : `${String(risks)} ${risks === 1 ? 'change puts' : 'changes put'} data at risk; `;
  if (report.verdict === 'kept') return `${risk}every promise is kept`;
  const { faults, parity } = report;
  const parts = [
    ...(faults.length === 0
      ? []
      : [`${String(faults.length)} ${faults.length === 1 ? 'promise is' : 'promises are'} broken`]),
    ...(parity.length === 0
      ? []
      : [`the sites differ in ${String(parity.length)} ${parity.length === 1 ? 'way' : 'ways'}`]),
  ];
  return `${risk}${parts.join(', ')}`;
}

export const shortType = (type: string): string => type.replace(/^aws:(\w+)\/\w+:(\w+)$/, '$1.$2');

export function changeText({ stack, name, type, operation, properties, note }: Change): string {
  const details = properties.map((property) => `${property.name}: ${property.text}`);
  const all = [...details, ...(note === null ? [] : [note])];
  return `${operation} ${stack} ${name} (${shortType(type)})${all.length === 0 ? '' : ` ${all.join('; ')}`}`;
}

const worstText = (worst: Worst | null): string =>
  worst === null ? 'nothing stands' : `${worst.loss} / ${worst.recovery}`;

export function prospectCells({ dataset, tier, disruption, promise, before, after, broken }: Prospect): string[] {
  const change =
    worstText(before) === worstText(after) ? worstText(after) : `${worstText(before)} -> ${worstText(after)}`;
  return [dataset, String(tier), disruption, worstText(promise), change, broken ? 'BROKEN' : 'kept'];
}

export const prospectHead = ['store', 'tier', 'when lost', 'promise (RPO / RTO)', 'worst case', ''];

/** For a terminal. */
export function reportText(report: PreviewReport): string {
  const out = process.stdout;
  const sections = effects.flatMap((effect) => {
    const changes = changesWith(report, effect);
    if (changes.length === 0) return [];
    const title = `${effectTitles[effect]} (${String(changes.length)})`;
    // What harms nothing is counted: nobody reads two hundred lines to find the one that does.
    if (effect === 'harmless') return ['', paint(title, 'dim', out)];
    const lines = changes.map((change) => `  ${changeText(change)}`);
    return ['', paint(title, effect === 'data-at-risk' ? 'red' : 'yellow', out), ...lines];
  });
  const rows = moved(report);
  const table =
    rows.length === 0
      ? ['', 'No worst case moves.']
      : ['', paint('Worst case: loss / recovery', 'bold', out), ...columns([prospectHead, ...rows.map(prospectCells)])];
  const faults = report.faults.flatMap(({ code, path, fact, fix }) => [
    paint(`  ${path}: ${fact} [${code}]`, 'red', out),
    `    fix: ${fix}`,
  ]);
  const parity = report.parity.map(({ fact }) => paint(`  ${fact}`, 'red', out));
  return [
    countsText(report),
    ...sections,
    ...table,
    ...(faults.length === 0 ? [] : ['', 'Broken promises', ...faults]),
    ...(parity.length === 0 ? [] : ['', 'Differences between the sites', ...parity]),
    '',
    paint(verdictText(report), report.verdict === 'kept' ? 'green' : 'red', out),
    '',
  ].join('\n');
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
