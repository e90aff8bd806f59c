import assert from 'node:assert/strict';
import { forecastCells, forecastSummary, type Growth } from '../../../cli/plan/forecast';
import { asMarkdown, asText } from '../../../cli/plan/view';
import { forecastRecovery } from '../../../recovery/forecast';
import { Month } from '../../../recovery/month';
import { planRecovery } from '../../../recovery/plan';
import type { Place } from '../../../recovery/rates';
import { workload } from '../../../recovery/workload';

const growth = (place: Place): Growth => ({
  place,
  rows: forecastRecovery({ datasets: workload.datasets, place, start: Month.parse('2026-11') }),
});

describe('the forecast that plan shows', () => {
  it('has a row for each store, and for AWS no figure but the rate that would be enough', () => {
    const [, ...rows] = forecastCells(growth('aws'));
    assert.deepEqual(
      rows.map(([store]) => store),
      Object.keys(workload.datasets),
    );
    for (const [store = '', , data = ''] of rows) assert.match(data, /^unmeasured; enough: [\d.]+ MiB\/s$/, store);
    assert.doesNotMatch(forecastSummary(growth('aws')).join('\n'), /MiB\/s/);
  });

  it('names the month of a tier, what it rests on, and what is still open beside it', () => {
    const lines = forecastSummary(growth('local'));
    assert.match(lines[1] ?? '', /^tier 1: breaks in \d{4}-\d{2} \(postgres, data\); unmeasured for .*secrets/);
    assert.ok(lines.some((line) => /^\d+\.\d MiB\/s: pgBackRest restore.*\(2026-11\)$/.test(line)));
  });

  it('stands before the verdict on a terminal, and in the page for a pull request', () => {
    const planning = planRecovery(workload);
    const text = asText(planning, growth('aws'));
    assert.ok(text.indexOf('Growth, on AWS:') > 0);
    assert.ok(text.indexOf('Growth, on AWS:') < text.indexOf('the promise holds'));
    assert.match(asMarkdown(planning, growth('aws')), /^- tier 1: unmeasured for postgres/m);
  });
});
