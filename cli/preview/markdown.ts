import { effects, effectTitles } from './effect';
import { changesWith, moved } from './report';
import type { Change, PreviewReport } from './report-schema';
import { changeText, countsText, prospectCells, prospectHead, verdictText } from './text';

/** What GitHub takes in a comment, in characters. */
export const longestComment = 65_536;

/** Detail that may be left out when there is too much of it, the dearest first. */
interface Detail {
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * For a comment on a pull request: the summary whole, then as much detail as there is room for. What was
 * left out is said.
 */
export function reportMarkdown(report: PreviewReport, room = longestComment): string {
  let text = summary(report);
  for (const detail of detailsOf(report)) text += fitting(detail, room - text.length);
  return text;
}

function summary(report: PreviewReport): string {
  const mark = report.verdict === 'broken' ? '❌' : changesWith(report, 'data-at-risk').length > 0 ? '⚠️' : '✅';
  const counts = effects.map((effect) => `| ${effectTitles[effect]} | ${String(changesWith(report, effect).length)} |`);
  return [
    `## ${mark} Recovery: ${verdictText(report)}`,
    '',
    escaped(countsText(report)),
    '',
    '| what the changes do | number |',
    '| --- | ---: |',
    ...counts,
    '',
  ].join('\n');
}

function detailsOf(report: PreviewReport): Detail[] {
  const list = (changes: readonly Change[]) => changes.map((change) => `- ${escaped(changeText(change))}`);
  const table = (rows: readonly (readonly string[])[]) => rows.map((row) => `| ${row.map(escaped).join(' | ')} |`);
  const head = [`| ${prospectHead.join(' | ')} |`, `|${' --- |'.repeat(prospectHead.length)}`];
  const rows = moved(report);
  const others = report.prospects.filter((prospect) => !rows.includes(prospect));
  const details = [
    { title: effectTitles['data-at-risk'], lines: list(changesWith(report, 'data-at-risk')) },
    {
      title: 'Broken promises',
      lines: report.faults.map(
        ({ code, path, fact, fix }) => `- \`${path}\`: ${escaped(fact)} (\`${code}\`). Fix: ${escaped(fix)}`,
      ),
    },
    { title: 'Differences between the sites', lines: report.parity.map(({ fact }) => `- ${escaped(fact)}`) },
    {
      title: 'Worst cases that move: loss / recovery',
      lines: rows.length === 0 ? [] : [...head, ...table(rows.map(prospectCells))],
    },
    { title: effectTitles.objective, lines: list(changesWith(report, 'objective')) },
    { title: effectTitles.window, lines: list(changesWith(report, 'window')) },
    {
      title: 'Worst cases that stay',
      lines: others.length === 0 ? [] : [...head, ...table(others.map(prospectCells))],
    },
    { title: effectTitles.harmless, lines: list(changesWith(report, 'harmless')) },
  ];
  return details.filter(({ lines }) => lines.length > 0);
}

/** As many lines as fit, and the number of those that do not; nothing where not even that fits. */
function fitting({ title, lines }: Detail, room: number): string {
  const frame = (shown: readonly string[], left: number) => {
    const rest = left === 0 ? [] : ['', `_${String(left)} more lines are left out for want of room._`];
    return ['', `### ${title}`, '', ...shown, ...rest, ''].join('\n');
  };
  const text = (shown: number) => frame(lines.slice(0, shown), lines.length - shown);
  if (text(lines.length).length <= room) return text(lines.length);
  let [fits, tooMany] = [0, lines.length];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (text(middle).length <= room) fits = middle;
    else tooMany = middle;
  }
  return text(fits).length <= room ? text(fits) : '';
}

/** What the sources of a change wrote must not become Markdown or HTML of ours. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&').replace(/\r?\n/g, ' ');
}
