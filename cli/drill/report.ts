import type { DrillResult } from '../../recovery/drill-result';
import { timelineChart } from './report-chart';
import { reportStyle } from './report-style';
import { escape, span, table } from './report-text';
import { writeWhole } from '../written-file';
import { pastDrills, type PastDrill } from './results';

/** Longest history that a page shows. */
const shownDrills = 20;

/** Writes the page of a drill, with the earlier drills of the folder as its history. */
export function saveReport(file: string, result: DrillResult, folder: string): void {
  const history = pastDrills(folder).filter((past) => past.result.scenario === result.scenario);
  writeWhole(file, page(result, history));
}

/** One self-contained page: it needs nothing but a browser. */
export function page(result: DrillResult, history: readonly PastDrill[]): string {
  const title = `${result.scenario} drill, ${utc(result.startedAt)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}: ${result.verdict}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${heading(result)}
${tiles(result)}
<h2>What guests saw, and what was done</h2>
<figure>
${timelineChart(result)}
<figcaption><span class="swatch" style="background:var(--ok-fill)"></span>bookings that succeeded
&nbsp; <span class="swatch" style="background:var(--bad-fill)"></span>bookings that failed
&nbsp; <span class="swatch" style="background:var(--bar)"></span>steps of the recovery, with their budgets.
Seconds from the loss of the region.</figcaption>
</figure>
<h2>Steps against their budgets</h2>
${stepTable(result)}
<h2>What was lost</h2>
${storeTable(result)}
<p class="soft">Counted in the guests' own ledger, which lies outside both regions: every booking that a guest was told is safe is looked for in the recovered stores. The PMS is measured by the keeper's beats, of which a witness outside both regions knows.</p>
<h2>How it was measured</h2>
${method(result)}
<h2>Earlier drills</h2>
${historyTable(history)}
</main>
</body>
</html>
`;
}

function utc(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

function heading(result: DrillResult): string {
  const where = result.target === 'local' ? 'two regions on one machine' : 'AWS';
  const reasons = result.reasons.map((reason) => `<li>${escape(reason)}</li>`).join('');
  return `<header>
<h1>A region was lost, and the other one took over</h1>
<p class="soft">Drill <b>${escape(result.scenario)}</b> on ${where}, ${utc(result.startedAt)}</p>
<p><span class="verdict ${result.verdict}">${result.verdict === 'passed' ? '✓ passed' : '✗ failed'}</span></p>
${reasons === '' ? '' : `<ul class="failed">${reasons}</ul>`}
</header>`;
}

function tile(name: string, figure: string, note: string): string {
  return `<div class="tile"><span>${escape(name)}</span><b>${escape(figure)}</b><small>${escape(note)}</small></div>`;
}

function tiles(result: DrillResult): string {
  const { rto, stores } = result;
  const lost = stores.reduce((most, store) => Math.max(most, store.lost), 0);
  const lostSeconds = stores.reduce((most, store) => Math.max(most, store.lostSeconds), 0);
  return `<div class="tiles">
${tile('The hotel was back after', span(rto.seconds), `bound here ${span(rto.localBoundSeconds)}; objective ${span(rto.objectiveSeconds)}`)}
${tile('First booking after', span(rto.firstSuccessSeconds), `bound here ${span(rto.firstSuccessBoundSeconds)}`)}
${tile('Our own work in it', span(rto.ownWorkSeconds), `bound here ${span(rto.ownWorkBoundSeconds)}; the rest is DNS`)}
${tile('Writes lost', stores.length === 0 ? '—' : String(lost), stores.length === 0 ? 'not measured' : `those of ${span(lostSeconds)}`)}
</div>`;
}

const outcomes = { done: '✓ done', failed: '✗ failed', 'not-reached': '· not reached' } as const;

function stepTable(result: DrillResult): string {
  const rows = result.steps.map((step) => [
    step.title,
    outcomes[step.outcome],
    step.startSeconds === null ? '—' : `${step.startSeconds.toFixed(1)} s`,
    span(step.seconds),
    span(step.budgetSeconds),
    step.seconds === null ? '—' : `${((100 * step.seconds) / step.budgetSeconds).toFixed(1)} %`,
  ]);
  return table(['Step', 'Outcome', '#Began at', '#Took', '#Budget', '#Used'], rows);
}

function storeTable(result: DrillResult): string {
  if (result.stores.length === 0) return '<p>Not measured.</p>';
  const rows = result.stores.map((store) => [
    `${store.name} (${store.engine})`,
    String(store.acknowledged),
    String(store.lost),
    span(store.lostSeconds),
    span(store.localBoundSeconds),
    span(store.objectiveSeconds),
  ]);
  return table(['Store', '#Acknowledged', '#Lost', '#Time lost', '#Bound here', '#Objective'], rows);
}

function method(result: DrillResult): string {
  const { load, injected, timeScale, peakMemoryMb } = result;
  const facts = [
    `${String(load.clients)} guests made ${load.bookingsPerSecond.toFixed(0)} bookings/s before the loss.`,
    'The clock ran from the first kill until 99 % of bookings had succeeded for 30 s, as seen by guests who keep DNS answers as long as they may.',
    timeScale === 1
      ? 'DNS ran with the shipped TTL, check interval and threshold.'
      : `DNS ran ${String(timeScale)} times faster than shipped: the times do not count.`,
    injected.linkCutSeconds === null || injected.linkCutSeconds === 0
      ? ''
      : `The link between the regions was cut ${String(injected.linkCutSeconds)} s before the loss, on purpose.`,
    injected.regionSpared ? 'The region was left alive, on purpose.' : '',
    peakMemoryMb === null
      ? ''
      : `The failover and everything it started took at most ${String(peakMemoryMb)} MB of memory.`,
    result.target === 'local' ? 'Measured on regions of one machine; no figure for AWS follows from it.' : '',
  ];
  const phases = result.phases.map((phase) => [phase.title, span(phase.seconds)]);
  const versions = Object.entries(result.versions);
  return `${facts
    .filter((fact) => fact !== '')
    .map((fact) => `<p>${escape(fact)}</p>`)
    .join('\n')}
<div class="tiles">${table(['Phase', '#Took'], phases)}${table(['Part', 'Version'], versions)}</div>`;
}

function historyTable(history: readonly PastDrill[]): string {
  if (history.length === 0) return '<p>None.</p>';
  const rows = history
    .slice(-shownDrills)
    .reverse()
    .map(({ result }) => [
      utc(result.startedAt),
      result.verdict,
      span(result.rto.seconds),
      span(result.rto.firstSuccessSeconds),
      span(result.rto.ownWorkSeconds),
      result.stores.map((store) => `${store.name} ${String(store.lost)}`).join(', ') || '—',
    ]);
  return table(['Drill', 'Verdict', '#Back after', '#First booking', '#Own work', 'Writes lost'], rows);
}
