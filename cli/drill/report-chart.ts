import type { DrillResult } from '../../recovery/drill-result';
import { escape, span } from './report-text';

const width = 960;
const left = 92;
const right = 16;
const plotTop = 44;
const plotHeight = 150;
const rowHeight = 22;

interface Scale {
  readonly from: number;
  readonly to: number;
  readonly x: (second: number) => number;
}

function scaleOf(result: DrillResult): Scale {
  const from = result.timeline[0]?.second ?? -20;
  const steps = result.steps.map((step) => (step.startSeconds ?? 0) + (step.seconds ?? 0));
  const to = Math.max((result.timeline.at(-1)?.second ?? 0) + 1, ...steps, from + 1);
  return { from, to, x: (second) => left + ((second - from) / (to - from)) * (width - left - right) };
}

const number = (value: number): string => String(Math.round(value * 10) / 10);

function rectangle(kind: string, x: number, y: number, w: number, h: number, title = ''): string {
  const hint = title === '' ? '' : `<title>${escape(title)}</title>`;
  return `<rect class="${kind}" x="${number(x)}" y="${number(y)}" width="${number(Math.max(w, 0.5))}" height="${number(h)}">${hint}</rect>`;
}

function label(
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
  strong = false,
): string {
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}"${strong ? ' class="strong"' : ''}>${escape(text)}</text>`;
}

/** Bookings of each second: what succeeded below, what failed on top of it. */
function bookings(result: DrillResult, scale: Scale): string {
  const most = Math.max(1, ...result.timeline.map((point) => point.tried));
  const height = (count: number): number => (count / most) * plotHeight;
  const floor = plotTop + plotHeight;
  const columns = result.timeline.flatMap(({ second, tried, acknowledged }) => {
    const x = scale.x(second);
    const w = scale.x(second + 1) - x;
    const title = `second ${String(second)}: ${String(acknowledged)} of ${String(tried)} bookings succeeded`;
    const failed = tried - acknowledged;
    return [
      acknowledged === 0 ? '' : rectangle('ok', x, floor - height(acknowledged), w, height(acknowledged), title),
      failed === 0 ? '' : rectangle('no', x, floor - height(tried), w, height(failed), title),
    ];
  });
  const axis = [0, most / 2, most].map((count) => {
    const y = floor - height(count);
    return `<line class="grid" x1="${String(left)}" x2="${String(width - right)}" y1="${number(y)}" y2="${number(y)}"/>${label(left - 8, y + 4, `${number(count)}/s`, 'end')}`;
  });
  return [...axis, ...columns].join('\n');
}

function seconds(scale: Scale, bottom: number): string {
  const step = [5, 10, 20, 30, 60, 120].find((candidate) => (scale.to - scale.from) / candidate <= 14) ?? 300;
  const first = Math.ceil(scale.from / step) * step;
  const ticks = Array.from({ length: Math.floor((scale.to - first) / step) + 1 }, (_, index) => first + index * step);
  return ticks
    .map((second) => {
      const x = number(scale.x(second));
      return `<line class="grid" x1="${x}" x2="${x}" y1="${String(plotTop + plotHeight)}" y2="${number(bottom)}"/>${label(scale.x(second), plotTop + plotHeight + 16, `${String(second)} s`, 'middle')}`;
    })
    .join('\n');
}

/** Vertical marks with their names above the plot, on two lines in turn so that neighbours do not cover each other. */
function marks(result: DrillResult, scale: Scale, bottom: number): string {
  const named = [
    ['region lost', result.faultAt === null ? null : 0],
    [`first booking ${span(result.rto.firstSuccessSeconds)}`, result.rto.firstSuccessSeconds],
    [`back for 30 s: ${span(result.rto.seconds)}`, result.rto.seconds],
  ] as const;
  return named
    .map(([name, second], index) => {
      if (second === null) return '';
      const x = scale.x(second);
      const nearEnd = x > width - 150;
      const text = label(nearEnd ? x - 4 : x + 4, index % 2 === 0 ? 14 : 30, name, nearEnd ? 'end' : 'start', true);
      return `<line class="mark" x1="${number(x)}" x2="${number(x)}" y1="4" y2="${number(bottom)}"/>${text}`;
    })
    .join('\n');
}

function steps(result: DrillResult, scale: Scale, top: number): string {
  return result.steps
    .map((step, index) => {
      const y = top + index * rowHeight;
      const name = label(left - 8, y + 14, step.id, 'end');
      if (step.startSeconds === null) return `${name}${label(left + 4, y + 14, 'not reached')}`;
      const took = step.seconds ?? scale.to - step.startSeconds;
      const x = scale.x(step.startSeconds);
      const end = scale.x(step.startSeconds + took);
      const text = `${span(step.seconds)} of ${span(step.budgetSeconds)}`;
      const bar = rectangle(
        step.outcome === 'done' ? 'bar' : 'bar bad',
        x,
        y + 4,
        Math.max(end - x, 2),
        13,
        `${step.title}: ${text}`,
      );
      const beside =
        end > width - 150 ? label(x - 6, y + 14, text, 'end') : label(Math.max(end, x + 2) + 6, y + 14, text);
      return `${name}${bar}${beside}`;
    })
    .join('\n');
}

/** The timeline: bookings per second above, the steps of the recovery below, on one axis. */
export function timelineChart(result: DrillResult): string {
  const scale = scaleOf(result);
  const stepsTop = plotTop + plotHeight + 30;
  const bottom = stepsTop + result.steps.length * rowHeight + 4;
  const what = `Bookings per second around the loss of the region, and the steps of the recovery. First success after ${span(result.rto.firstSuccessSeconds)}, back after ${span(result.rto.seconds)}.`;
  return `<svg viewBox="0 0 ${String(width)} ${String(bottom)}" role="img" aria-label="${escape(what)}">
${seconds(scale, bottom)}
${bookings(result, scale)}
${steps(result, scale, stepsTop)}
${marks(result, scale, bottom)}
</svg>`;
}
