import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { applyFix } from '../../recovery/apply-fix';
import { dotted, faultCodes, type Fault, type FaultCode } from '../../recovery/fault';
import { planRecovery } from '../../recovery/plan';
import { seedWorkload } from '../../recovery/seed/workload';

const planning = planRecovery(seedWorkload);
const faults: readonly Fault[] = planning.ok ? [] : planning.faults;

/** What the procedure's own tables say against each other, each with the numbers that say it. */
const contradictions: readonly (readonly [what: string, FaultCode, where: string, is: string, must: string])[] = [
  ['scenario 1 takes 65 of 60 minutes', 'steps-above-rto', 'runbooks.scenario-1.steps', '1 h 5 min', '1 h'],
  ['scenario 2 takes 65 of 60 minutes', 'steps-above-rto', 'runbooks.scenario-2.steps', '1 h 5 min', '1 h'],
  ['scenario 3 uses all of 4 h and detects nothing', 'detection-missing', 'runbooks.scenario-3.steps', 'no step', ''],
  ['scenario 3 loses 30 of 15 minutes', 'runbook-loss-above-rpo', 'runbooks.scenario-3.loss', '30 min', '15 min'],
  [
    'scenario 3 switches DNS before anything stands',
    'redirect-before-verify',
    'runbooks.scenario-3.steps.0',
    'step 1',
    'step 5',
  ],
  ['binary logs every 2 h against 1 h', 'loss-above-rpo', 'datasets.pms.protection', '2 h', '1 h'],
  ['hourly RDB against 1 h', 'procedure-loss-above-rpo', 'procedures.redis-rdb.rpo', '1 h 1 s', '1 h'],
  ['secrets daily against 15 min', 'loss-above-rpo', 'datasets.secrets.protection', '1 d 1 s', '15 min'],
  [
    'a quick recovery that loses a day',
    'procedure-loss-above-rpo',
    'procedures.postgres-quick.rpo',
    '1 d 20 min 34 s',
    '15 min',
  ],
  ['a PMS recovery that loses a day', 'procedure-loss-above-rpo', 'procedures.pms-backup.rpo', '1 d 1 s', '1 h'],
  [
    'WAL without archive_timeout',
    'archive-without-timeout',
    'datasets.postgres.protection.shipped',
    'when-full',
    'after a time',
  ],
  ['WAL that no job ships', 'copy-unshipped', 'datasets.postgres.protection.offSite.by', 'nothing', ''],
  ['90-day copies that no job makes', 'copy-unshipped', 'datasets.postgres.protection.base.offSite.by', 'nothing', ''],
  ['a lost region that takes every copy', 'loss-above-rpo', 'datasets.postgres.protection', 'everything', '15 min'],
  ['WhatsApp without protection', 'protection-missing', 'services.whatsapp-integration.needs', 'nothing', ''],
  ['backup systems without protection', 'protection-missing', 'services.backup-systems.needs', 'nothing', ''],
  ['Prometheus without protection', 'protection-missing', 'datasets.prometheus.protection', 'nothing', ''],
  ['Grafana without protection', 'protection-missing', 'datasets.grafana.protection', 'nothing', ''],
  ['Alertmanager without protection', 'protection-missing', 'datasets.alertmanager.protection', 'nothing', ''],
  ['an alarm after 25 h for 15 min', 'alarm-too-late', 'alarms.backup-too-old.threshold', '1 d 1 h', '15 min'],
  [
    'snapshots every 15 min from a service that has hours',
    'interval-below-floor',
    'datasets.postgres.also.1.taken',
    '15 min',
    '1 h',
  ],
];

describe('the procedure as it was written', () => {
  for (const [what, code, where, is, must] of contradictions) {
    it(`contradicts itself: ${what}`, () => {
      const found = faults.filter((fault) => fault.code === code && dotted(fault.path) === where);
      assert.ok(
        found.some((fault) => fault.is === is && fault.must.includes(must)),
        JSON.stringify(found.map((fault) => [fault.is, fault.must])),
      );
    });
  }

  it('can be read: what it says against itself is not how it is written', () => {
    const unreadable: readonly FaultCode[] = [
      'value-invalid',
      'key-unknown',
      'schedule-invalid',
      'tier-unknown',
      'reference-unknown',
    ];
    assert.deepEqual(
      faults.filter(({ code }) => unreadable.includes(code)).map(({ path: where }) => dotted(where)),
      [],
    );
  });

  it('holds once every fix is applied', () => {
    let table = seedWorkload;
    for (let round = 0; round < 200; round += 1) {
      const now = planRecovery(table);
      if (now.ok) return;
      const [first] = now.faults;
      assert.ok(first);
      table = applyFix(table, first.fix);
    }
    assert.fail('two hundred fixes are not enough');
  });
});

describe('the page of corrections', () => {
  const page = fs.readFileSync(path.join(__dirname, '../../docs/corrections.md'), 'utf8');

  it('has a heading for every code that the procedure breaks', () => {
    const codes = [...new Set(faults.map(({ code }) => code))];
    assert.deepEqual(
      codes.filter((code) => !page.includes(`\n### ${code}\n`)),
      [],
    );
  });

  it('has no heading for a code that does not exist', () => {
    const headings = [...page.matchAll(/^### ([a-z]+(?:-[a-z]+)+)$/gm)].map(([, code]) => code ?? '');
    assert.deepEqual(
      headings.filter((code) => !(code in faultCodes)),
      [],
    );
  });
});
