import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Machine } from '../../local/machine';
import { processesOf } from '../../local/processes';
import { startTicks } from '../../scripts/process-identity';
import { regionClient } from '../../local/supervisor/client';
import { createMachine, killRegion, stopMachine } from '../../local/up';
import { testMachine } from './support';

const database = {
  identifier: 'agente-postgres-g1',
  engine: 'postgres',
  databaseName: 'agente_db',
  user: 'agente_user',
  password: 'a password',
  backupRetentionDays: 0,
  multiAz: false,
  deletionProtection: false,
  parameterGroup: null,
  source: null,
} as const;

describe('a machine', function () {
  this.timeout(60_000);
  let machine: Machine;

  beforeEach(async () => {
    machine = await testMachine();
  });
  afterEach(() => stopMachine(machine));

  it('stands with three regions and what lies between them', async () => {
    const call = regionClient(machine);
    for (const region of ['us-east-1', 'us-west-2', 'us-east-2', 'global']) {
      const { address, parts } = await call(region, 'status', {});
      assert.equal(address, machine.file.addresses[region]);
      assert.deepEqual(
        parts.filter((part) => part.state !== 'running'),
        [],
        `all of ${region} runs`,
      );
    }
  });

  it('rejects a second machine of its name while it runs', async () => {
    const again = createMachine({ name: machine.file.name, owner: process.pid, dir: machine.dir });
    await assert.rejects(again, { name: 'AgenteError', code: 'machine-running' });
    assert.equal((await regionClient(machine)('us-east-1', 'ping', {})).region, 'us-east-1');
  });

  it('loses a region whole: nothing of it runs, its folder is closed, and the others go on', async () => {
    const call = regionClient(machine);
    const { endpoint } = await call('us-east-1', 'createDatabase', database);
    await call('us-east-1', 'createCache', { identifier: 'agente-cache', authToken: null });
    const before = processesOf(machine.dir, 'us-east-1');
    const others = ['us-west-2', 'us-east-2', 'global'].flatMap((region) => processesOf(machine.dir, region));

    const shown = (await call('us-east-1', 'status', {})).parts.flatMap((part) => part.pid ?? []);
    assert.deepEqual(
      shown.filter((pid) => !before.includes(pid)),
      [],
      'a server that overwrote its environment is found too',
    );
    const visitor = spawn('sleep', ['600'], { cwd: machine.regionDir('us-east-1'), stdio: 'ignore' });

    const began = Date.now();
    const loss = await killRegion(machine, 'us-east-1');

    assert.equal(visitor.exitCode ?? visitor.signalCode, null, 'who only looks around in the folder lives');
    visitor.kill();
    assert.ok(loss.killed >= 4, `${String(loss.killed)} processes`);
    assert.ok(Date.parse(loss.at) >= began && Date.parse(loss.at) <= Date.now());
    assert.deepEqual(processesOf(machine.dir, 'us-east-1'), []);
    assert.deepEqual(
      before.filter((pid) => startTicks(pid) !== null),
      [],
    );
    assert.deepEqual(
      others.filter((pid) => startTicks(pid) === null),
      [],
    );
    assert.equal(fs.statSync(machine.regionDir('us-east-1')).mode & 0o777, 0);
    assert.equal(fs.existsSync(machine.socket('us-east-1')), false);
    await assert.rejects(call('us-east-1', 'ping', {}));
    await assert.rejects(fetch(`http://${endpoint.host}:${String(endpoint.port)}`));
    assert.equal((await call('us-west-2', 'ping', {})).region, 'us-west-2');
  });

  it('ends itself and removes its folder when its owner is killed', async () => {
    const owner = spawn('sleep', ['600'], { stdio: 'ignore' });
    const orphan = await createMachine({
      name: `${machine.file.name}-o`,
      owner: owner.pid ?? 0,
      dir: `${machine.dir}-o`,
    });
    await regionClient(orphan)('us-east-1', 'createDatabase', database);
    assert.ok(processesOf(orphan.dir).length > 8);
    owner.kill('SIGKILL');
    const deadline = Date.now() + 20_000;
    // The last supervisor ends after it has removed the folder.
    const isThere = () => fs.existsSync(orphan.dir) || processesOf(orphan.dir).length > 0;
    while (isThere() && Date.now() < deadline) await pause(50);
    assert.equal(fs.existsSync(orphan.dir), false);
    const survivors = processesOf(orphan.dir).map((pid) => fs.readFileSync(`/proc/${String(pid)}/cmdline`, 'latin1'));
    assert.deepEqual(survivors, []);
  });

  it('leaves nothing when it is stopped after its supervisors were killed', async () => {
    for (const region of ['us-east-1', 'us-west-2', 'us-east-2', 'global']) {
      process.kill((await regionClient(machine)(region, 'ping', {})).pid, 'SIGKILL');
    }
    await stopMachine(machine);
    assert.equal(fs.existsSync(machine.dir), false);
    assert.deepEqual(processesOf(machine.dir), []);
  });

  it('keeps its secrets from other users', () => {
    for (const file of [machine.credentialsFile, machine.passphraseFile, path.join(machine.tlsDir, 'server.key')]) {
      assert.equal(fs.statSync(file).mode & 0o077, 0, file);
    }
    assert.equal(fs.existsSync(path.join(machine.tlsDir, 'ca.key')), false);
  });
});
