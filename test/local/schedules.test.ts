import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { ScheduleSpec } from '../../local/api';
import type { Machine } from '../../local/machine';
import { schedules } from '../../local/realised/schedules';
import { tasks } from '../../local/realised/tasks';
import { contextOf, emptyMachine, noFiles, noImages, removeMachine } from './support';

const region = 'us-east-1';
/** A minute of the schedules is a second here. */
const timeScale = 60;
const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/toolbox@sha256:0';

describe('schedules of a region', function () {
  this.timeout(30_000);
  let machine: Machine;
  let fleet: ReturnType<typeof tasks>;
  let clock: ReturnType<typeof schedules>;
  let taskDefinition: string;

  const open = (): void => {
    const context = contextOf(machine, region);
    const targets = {
      ...{ register: () => Promise.resolve(), deregister: () => Promise.resolve() },
      ...{ leadsTo: () => false, lead: () => Promise.resolve() },
    };
    const secrets = { resolve: () => '' };
    fleet = tasks(context, targets, { secrets, images: noImages, files: noFiles });
    clock = schedules(context, fleet.runner);
  };
  const close = async (): Promise<void> => {
    await clock.stop();
    await fleet.stop();
  };
  const spec = (name: string, more: Partial<ScheduleSpec> = {}): ScheduleSpec => ({
    ...{ group: 'backups', name, expression: 'cron(* * * * ? *)', timezone: 'UTC', enabled: true },
    ...{ start: null, end: null, ...more },
    target: {
      ...{ taskDefinition, cluster: 'agente', taskCount: 1 },
      override: { command: ['backup', name], environment: {} },
    },
  });
  const runsOf = (name: string): { exitCode: number | null; log: string; stopped: boolean }[] =>
    (JSON.parse(fs.readFileSync(`${machine.regionDir(region)}/runs.json`, 'utf8')) as Record<string, string>[])
      .filter((run) => run['startedBy'] === `schedule backups/${name}`)
      .map((run) => fleet.runner.find(run['arn'] ?? ''))
      .map((run) => ({
        exitCode: run?.exitCode ?? null,
        stopped: run?.stoppedAt !== null,
        log: run !== null && fs.existsSync(run.logFile) ? fs.readFileSync(run.logFile, 'utf8') : '',
      }));
  const detailOf = (name: string): string =>
    clock.status().find((part) => part.name === `backups/${name}`)?.detail ?? '';

  before(async () => {
    machine = await emptyMachine(timeScale);
    open();
    const container = { name: 'toolbox', image, command: ['keeper'], port: null, environment: {}, secrets: {} };
    const containers = [{ ...container, mounts: [] }];
    const definition = { family: 'toolbox', containers, volumes: [] };
    taskDefinition = (await fleet.calls.registerTaskDefinition(definition)).arn;
    await clock.calls.putScheduleGroup({ name: 'backups' });
  });
  after(async () => {
    await close();
    await removeMachine(machine);
  });

  it('starts a task each minute with the command of the schedule, and keeps what it ended with', async () => {
    await clock.calls.putSchedule(spec('each-minute'));
    await pause(2_600);
    await clock.calls.deleteSchedule({ group: 'backups', name: 'each-minute' });
    while (runsOf('each-minute').some((run) => !run.stopped)) await pause(50);
    const runs = runsOf('each-minute');
    assert.ok(runs.length === 2 || runs.length === 3, `${String(runs.length)} runs`);
    for (const run of runs) assert.deepEqual([run.stopped, run.exitCode], [true, 2]);
    assert.match(runs[0]?.log ?? '', /error\[config-invalid\]/, 'what it says is kept: it was told of no store');
  });

  it('shows what it did last, and when it fires next by which clock', async () => {
    await clock.calls.putSchedule(spec('shown', { expression: 'rate(1 minute)' }));
    await pause(2_200);
    assert.match(detailOf('shown'), /^rate\(1 minute\); last \S+Z: (runs|exit code 2); next \S+Z by a clock 60 times/);
    await clock.calls.putSchedule(spec('shown', { expression: 'rate(1 minute)', enabled: false }));
    assert.match(detailOf('shown'), /exit code 2; disabled$|runs; disabled$/);
  });

  it('fires nothing while it is disabled, and as soon as it is enabled', async () => {
    await clock.calls.putSchedule(spec('standby', { enabled: false }));
    await pause(1_500);
    assert.equal(runsOf('standby').length, 0);
    await clock.calls.putSchedule(spec('standby'));
    await pause(1_500);
    assert.ok(runsOf('standby').length >= 1);
    await clock.calls.deleteSchedule({ group: 'backups', name: 'standby' });
  });

  it('repeats nothing and makes up for nothing when its supervisor was away', async () => {
    await clock.calls.putSchedule(spec('restarted'));
    while (runsOf('restarted').length === 0) await pause(20);
    await close();
    const before = runsOf('restarted').length;
    await pause(3_000);
    open();
    await fleet.start();
    await clock.start();
    assert.equal(runsOf('restarted').length, before);
    await pause(1_500);
    const now = runsOf('restarted').length - before;
    assert.ok(now === 1 || now === 2, `${String(now)} runs in one and a half minutes`);
    await clock.calls.deleteSchedule({ group: 'backups', name: 'restarted' });
  });

  it('says why a task could not be started', async () => {
    await clock.calls.putSchedule({
      ...spec('broken'),
      target: { ...spec('broken').target, taskDefinition: 'toolbox:99' },
    });
    await pause(1_200);
    assert.match(detailOf('broken'), /Unable to describe task definition toolbox:99/);
  });

  it('rejects a schedule in a group that is not there, and takes all of a group away with it', async () => {
    await assert.rejects(clock.calls.putSchedule({ ...spec('lost'), group: 'nowhere' }), {
      code: 'ResourceNotFoundException',
    });
    await clock.calls.deleteScheduleGroup({ name: 'backups' });
    assert.deepEqual(clock.status(), []);
    await assert.rejects(clock.calls.deleteScheduleGroup({ name: 'default' }), { code: 'ValidationException' });
  });
});
