import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { bringUp } from '../../cli/bring-up';
import { environment } from '../../local/env';
import { machineRegions, type Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import { killRegion } from '../../local/up';
import { backupJobs } from '../../recovery/backup-jobs';
import type { Site } from '../../recovery/sites';
import { checkoutRoot } from '../../scripts/checkout';
import { giveToServerUser } from '../../scripts/programs/server-programs';
import { pulumi } from '../engine/support';
import { removeMachine, testMachine } from '../local/support';

interface Scheduled {
  readonly taskDefinition: string;
  readonly cluster: string;
  readonly command: readonly string[];
}

interface Exported {
  readonly deployment: {
    readonly resources: readonly {
      readonly urn: string;
      readonly type: string;
      readonly outputs?: {
        readonly target?: { arn: string; input: string; ecsParameters: { taskDefinitionArn: string } };
      };
    }[];
  };
}

/** Every job of the promise, as the program has scheduled it, over the real stores of a region. */
describe('the scheduled jobs of the whole program', function () {
  this.timeout(600_000);
  let machine: Machine;
  before(async () => {
    machine = await testMachine();
    await bringUp(machine);
    for (const region of [machineRegions.primary, machineRegions.dr]) makeGrafana(machine.regionDir(region));
  });
  after(() => removeMachine(machine));

  async function scheduled(site: Site): Promise<Map<string, Scheduled>> {
    const { stdout } = await pulumi(machine, site, null, 'stack', 'export');
    const { resources } = (JSON.parse(stdout) as Exported).deployment;
    return new Map(
      resources.flatMap(({ urn, outputs }) => {
        const [, job = ''] = /::aws:scheduler\/schedule:Schedule::backups-(.+)$/.exec(urn.replace(/^.*\$/, '::')) ?? [];
        const target = outputs?.target;
        if (job === '' || target === undefined) return [];
        const input = JSON.parse(target.input) as { containerOverrides: [{ command: string[] }] };
        const [{ command }] = input.containerOverrides;
        const cluster = target.arn.split('/').at(-1) ?? '';
        return [[job, { taskDefinition: target.ecsParameters.taskDefinitionArn, cluster, command }] as const];
      }),
    );
  }

  /** @returns what it said */
  async function runs(site: Site, { taskDefinition, cluster, command }: Scheduled): Promise<string> {
    const call = regionClient(machine);
    const override = { command: [...command], environment: {} };
    const { arn } = await call(machineRegions[site], 'runTask', {
      cluster,
      taskDefinition,
      override,
      startedBy: 'test',
    });
    for (;;) {
      const task = await call(machineRegions[site], 'describeTask', { arn });
      if (task === null || task.stoppedAt === null) {
        await pause(100);
        continue;
      }
      const said = fs.existsSync(task.logFile) ? fs.readFileSync(task.logFile, 'utf8') : '';
      assert.equal(task.exitCode, 0, `${command.join(' ')} in ${site}: ${task.stoppedReason ?? ''}\n${said}`);
      return said;
    }
  }

  async function runsEverything(site: Site): Promise<void> {
    const jobs = await scheduled(site);
    assert.deepEqual([...jobs.keys()].sort(), backupJobs.map(({ id }) => id).sort());
    for (const { id } of backupJobs) await runs(site, jobs.get(id) ?? assert.fail(id));
    const validation = jobs.get('postgres-validate') ?? assert.fail();
    for (const dataset of new Set(backupJobs.map((job) => job.dataset))) {
      const said = await runs(site, { ...validation, command: ['validate', dataset] });
      assert.match(said, /: good$/m, `${dataset} in ${site}`);
    }
  }

  it('take recovery points that can be brought back', () => runsEverything('primary'));

  it('go on in the site that took over, and nobody has to tell them', async () => {
    await killRegion(machine, machineRegions.primary);
    await agente('failover', '--yes');
    await runsEverything('dr');
  });

  function agente(...words: readonly string[]): Promise<void> {
    const command = [path.join(checkoutRoot(), 'bin/agente-dr.js'), ...words];
    return new Promise((resolve, reject) => {
      execFile(process.execPath, command, { env: { ...process.env, ...environment(machine) } }, (error, _out, said) => {
        if (error === null) resolve();
        else reject(new Error(said));
      });
    });
  }
});

/** No image of a local region is Grafana: what it keeps is laid where it would keep it. */
function makeGrafana(region: string): void {
  const systems = path.join(region, 'efs');
  for (const system of fs.readdirSync(systems)) {
    const folder = path.join(systems, system, 'grafana');
    const file = path.join(folder, 'grafana.db');
    fs.mkdirSync(folder, { recursive: true });
    const database = new DatabaseSync(file);
    database.exec(
      "CREATE TABLE dashboard (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO dashboard VALUES (1, 'hotel')",
    );
    database.close();
    for (const made of [folder, file]) giveToServerUser(made);
  }
}
