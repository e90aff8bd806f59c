import assert from 'node:assert/strict';
import { page } from '../../../cli/drill/report';
import { span } from '../../../cli/drill/report-text';
import { passedDrill } from './support';

describe("a drill's page", () => {
  it('says the verdict, the figures and the loss in words', () => {
    const html = page(passedDrill(), []);
    for (const text of [
      'passed',
      '2 min 01 s',
      '41.2 s',
      '11.5 s',
      'region-loss',
      'postgres (postgres)',
      '15.18',
      '512 MB',
    ]) {
      assert.ok(html.includes(text), `the page lacks "${text}"`);
    }
  });

  it('needs nothing from elsewhere', () => {
    const html = page(passedDrill(), []);
    assert.doesNotMatch(html, /https?:|<link|<script|<img|@import|url\(/);
  });

  it('is well-formed: every element is closed in order', () => {
    const open: string[] = [];
    for (const [, closing, name, rest] of page(passedDrill(), []).matchAll(/<(\/?)([a-z0-9]+)([^>]*)>/g)) {
      if (name === undefined || name === 'meta' || rest?.endsWith('/') === true) continue;
      if (closing === '') open.push(name);
      else assert.equal(open.pop(), name);
    }
    assert.deepEqual(open, []);
  });

  it('shows reasons as text, whatever is in them', () => {
    const html = page(
      { ...passedDrill(), verdict: 'failed', reasons: ['step promote failed: <script>alert("1")</script>'] },
      [],
    );
    assert.ok(html.includes('&lt;script&gt;'));
    assert.doesNotMatch(html, /<script/);
  });

  it('says when its times do not count', () => {
    assert.match(page({ ...passedDrill(), timeScale: 10 }, []), /10 times faster than shipped: the times do not count/);
    assert.match(
      page({ ...passedDrill(), injected: { linkCutSeconds: 20, regionSpared: false } }, []),
      /cut 20 s before the loss, on purpose/,
    );
  });

  it('draws a drill in which nothing was reached', () => {
    const nothing = passedDrill();
    const html = page(
      {
        ...nothing,
        verdict: 'failed',
        reasons: ['nothing was destroyed'],
        rto: { ...nothing.rto, seconds: null, firstSuccessSeconds: null, ownWorkSeconds: null },
        stores: [],
        timeline: [],
        steps: nothing.steps.map((step) => ({ ...step, startSeconds: null, seconds: null, outcome: 'not-reached' })),
      },
      [],
    );
    assert.doesNotMatch(html, /NaN|Infinity|undefined/);
  });

  it('lists earlier drills, the newest first', () => {
    const older = { ...passedDrill(), startedAt: '2026-10-01T08:00:00.000Z' };
    const html = page(passedDrill(), [
      { file: 'a', result: older },
      { file: 'b', result: passedDrill() },
    ]);
    assert.ok(html.lastIndexOf('2026-11-23 21:00 UTC') < html.lastIndexOf('2026-10-01 08:00 UTC'));
  });
});

describe('a span of time', () => {
  for (const [seconds, text] of [
    [null, '—'],
    [0, '0 s'],
    [0.05, '0.05 s'],
    [41.24, '41.2 s'],
    [119.9, '119.9 s'],
    [125, '2 min 05 s'],
    [300, '5 min'],
    [5_400, '1.5 h'],
    [14_400, '4 h'],
  ] as const) {
    it(`of ${String(seconds)} s is written ${text}`, () => {
      assert.equal(span(seconds), text);
    });
  }
});
