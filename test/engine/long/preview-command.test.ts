import * as assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse, stringify } from 'yaml';
import { bringUp } from '../../../cli/bring-up';
import { longestComment } from '../../../cli/preview/markdown';
import { previewReportSchema, type PreviewReport } from '../../../cli/preview/report-schema';
import { environment } from '../../../local/env';
import type { Machine } from '../../../local/machine';
import { exitCodes } from '../../../recovery/errors';
import { workload } from '../../../recovery/workload';
import { checkoutRoot } from '../../../scripts/checkout';
import { removeMachine, testMachine } from '../../local/support';
import { generatedPasswords, pulumi } from '../support';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `agente-dr preview` as a person starts it, in a shell that is bound to the machine. */
function preview(machine: Machine, ...flags: readonly string[]): Promise<Ended> {
  const command = path.join(checkoutRoot(), 'bin', 'agente-dr.js');
  const child = spawn(process.execPath, [command, 'preview', ...flags], {
    env: { ...process.env, ...environment(machine) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

/** Points the machine's project at a copy of the program in which one file reads differently. */
function pullRequest(machine: Machine, file: string, before: string, after: string): void {
  const [root, copy] = [checkoutRoot(), path.join(machine.dir, 'pull-request')];
  for (const room of ['infra', 'components', 'recovery', 'tools', 'package.json', 'tsconfig.json']) {
    fs.cpSync(path.join(root, room), path.join(copy, room), { recursive: true });
  }
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  const text = fs.readFileSync(path.join(copy, file), 'utf8');
  assert.ok(text.includes(before), `${file} no longer says ${before}`);
  fs.writeFileSync(path.join(copy, file), text.replace(before, after));
  const project = path.join(machine.projectDir, 'Pulumi.yaml');
  const content = parse(fs.readFileSync(project, 'utf8')) as Record<string, unknown>;
  fs.writeFileSync(project, stringify({ ...content, main: copy }));
}

const reportIn = ({ stdout }: Ended): PreviewReport => previewReportSchema.parse(JSON.parse(stdout));

/** In order: each test finds what the one before has left. */
describe('agente-dr preview on the real engine', function () {
  this.timeout(400_000);
  let machine: Machine;

  before(async () => {
    machine = await testMachine();
  });
  after(() => removeMachine(machine));

  it('rejects a stack that nobody has made, and says how to make it', async () => {
    const { code, stdout, stderr } = await preview(machine);
    assert.equal(code, exitCodes.notDeployed, stderr);
    assert.match(stderr, /error\[stack-not-deployed\].*\nHINT: .*pulumi stack init/);
    assert.equal(stdout, '');
  });

  it('moves no worst case and breaks no promise where nothing changes', async () => {
    await bringUp(machine);
    const ended = await preview(machine, '--json');
    assert.equal(ended.code, exitCodes.ok, ended.stderr + ended.stdout);
    const { stacks, changes, prospects, faults, parity } = reportIn(ended);
    assert.deepEqual(
      stacks.map(({ stack }) => stack),
      ['primary', 'dr'],
    );
    for (const { stack, counts } of stacks) assert.ok(counts.same >= 120, `${stack}: ${String(counts.same)}`);
    assert.deepEqual([changes, faults, parity], [[], [], []]);
    for (const dataset of Object.keys(workload.datasets)) {
      const own = prospects.filter((prospect) => prospect.dataset === dataset);
      assert.ok(own.length > 0 && own.every(({ before, after }) => before !== null && after !== null), dataset);
      for (const { before, after } of own) assert.deepEqual(after, before);
    }
  });

  it('rejects what the program refuses, in the words of the program', async () => {
    const file = path.join(machine.projectDir, 'Pulumi.dr.yaml');
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace(/role: standby/, 'role: stand-by'));
    try {
      const { code, stdout, stderr } = await preview(machine, '--stack', 'dr');
      assert.equal(code, exitCodes.usage, stderr);
      assert.match(stderr, /config-invalid[\s\S]*agente-dr:role/);
      assert.equal(stdout, '');
    } finally {
      fs.writeFileSync(file, text);
    }
  });

  it('ends with 5 for a pull request that turns point-in-time recovery off, and says what that costs', async () => {
    const window = 'workload.datasets.postgres.protection.with.window';
    pullRequest(machine, 'infra/roles.ts', `backupWindow: ${window},`, `backupWindow: ${window}.times(0),`);
    const ended = await preview(machine, '--json');
    assert.equal(ended.code, exitCodes.promiseBroken, ended.stderr);
    const { changes, prospects, verdict } = reportIn(ended);
    assert.equal(verdict, 'broken');
    const felt = changes.filter(({ effect }) => effect !== 'harmless');
    assert.deepEqual(
      felt.map(({ stack, name, effect, properties }) => [stack, name, effect, properties.map((one) => one.name)]),
      ['pms-g1', 'postgres-g1'].map((name) => ['primary', name, 'data-at-risk', ['backupRetentionPeriod']]),
    );
    const damaged = prospects.find(({ dataset, disruption }) => dataset === 'postgres' && disruption === 'data');
    assert.equal(damaged?.broken, true);
    assert.notDeepEqual(damaged.after, damaged.before);
  });

  it('says the same of plans that were saved, in which no password stands', async () => {
    const files: string[] = [];
    for (const stack of ['primary', 'dr'] as const) {
      const { stdout, output } = await pulumi(machine, stack, null, 'preview', '--json', '--show-sames');
      for (const password of await generatedPasswords(machine, stack)) assert.equal(stdout.includes(password), false);
      const file = path.join(machine.dir, `${stack}.json`);
      fs.writeFileSync(file, stdout);
      assert.notEqual(stdout, '', output);
      files.push(file);
    }
    const { code, stderr, stdout } = await preview(machine, '--json', '--from', ...files);
    assert.equal(code, exitCodes.promiseBroken, stderr);
    assert.equal(
      reportIn({ code, stderr, stdout }).changes.filter(({ effect }) => effect === 'data-at-risk').length,
      2,
    );
  });

  it('says it for a comment, with the summary first and no longer than GitHub takes', async () => {
    const file = path.join(machine.dir, 'comment.md');
    const { code, stdout } = await preview(machine, '--stack', 'primary', '--markdown', '--out', file);
    assert.equal(code, exitCodes.promiseBroken);
    assert.equal(stdout, '');
    const text = fs.readFileSync(file, 'utf8');
    assert.ok(text.length <= longestComment);
    assert.match(text, /^## ❌ Recovery: 2 changes put data at risk; /);
    assert.match(text, /postgres-g1 .*backupRetentionPeriod: 35 -\\?> 0/);
  });

  it('tells every fault of the workload and of the configuration at once, and lets a failover pass with a warning', async () => {
    fs.rmSync(path.join(machine.dir, 'pull-request'), { recursive: true });
    pullRequest(machine, 'recovery/jobs.ts', "schedule: cron('*/30 * * * *')", "schedule: cron('0 */2 * * *')");
    const paper = await preview(machine, '--stack', 'dr');
    assert.equal(paper.code, exitCodes.promiseBroken, paper.stderr);
    assert.match(paper.stderr, /error\[promise-broken\].*the workload has/);
    assert.match(paper.stderr, /pms-binlog/);
    const both = await pulumi(machine, 'dr', { rol: 'standby' }, 'preview');
    assert.notEqual(both.code, 0);
    assert.match(both.output, /agente-dr:rol is unknown, perhaps agente-dr:role[\s\S]*the workload has/);
    const { code, output } = await pulumi(machine, 'dr', {}, 'up', '--yes', '--skip-preview');
    assert.equal(code, 0, output);
    assert.match(output, /warning: promise-broken: the workload has/);
  });
});
