import type { GateFinding } from './finding';
import type { GateReport } from './report';
import { scoreText } from './score';

const nameOf = (urn: string): string => urn.split('::').at(-1) ?? urn;
const numberOf = (report: GateReport, level: GateFinding['level']): number =>
  report.findings.filter((one) => one.level === level).length;

const headline = (report: GateReport): string =>
  `${report.verdict === 'open' ? 'open' : 'closed'}: ${numberOf(report, 'mandatory')} must be mended, ${numberOf(report, 'advisory')} should be looked at, ${report.waits} wait for the update`;

export function gateText(report: GateReport): string {
  const lines = report.findings.map(
    ({ rule, level, urn, fact, fix }) =>
      `${level === 'mandatory' ? 'closed by' : 'look at  '} ${rule}: ${nameOf(urn)}: ${fact}\n  fix: ${fix}\n  where: ${urn}`,
  );
  const table = report.scores.map((row) => `  ${row.dataset.padEnd(14)} ${scoreText(row)}`);
  return [
    `Gate ${headline(report)}`,
    ...lines,
    '3-2-1-1-0 (copies, ways, elsewhere, out of reach, errors):',
    ...table,
    '',
  ].join('\n');
}

/** What GitHub takes in a comment, in characters, with room for the last line. */
const room = 65_000;

export function gateMarkdown(report: GateReport): string {
  const head = [
    `## ${report.verdict === 'open' ? '✅' : '❌'} Gate ${headline(report)}`,
    '',
    ...(report.findings.length === 0 ? [] : ['| rule | where | what | fix |', '| --- | --- | --- | --- |']),
  ];
  let text = head.join('\n');
  let shown = 0;
  for (const { rule, urn, fact, fix } of report.findings) {
    const row = `\n| ${[rule, nameOf(urn), fact, fix].map(escaped).join(' | ')} |`;
    if (text.length + row.length > room) break;
    text += row;
    shown++;
  }
  const left = report.findings.length - shown;
  return left === 0 ? `${text}\n` : `${text}\n\n_${left} more are left out for want of room._\n`;
}

/** What the sources of a change wrote must not become Markdown or HTML of ours. */
const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&').replace(/\r?\n/g, ' ');
