import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { bringUp } from '../../cli/bring-up';
import { compiledScript } from '../../local/compiled-script';
import { environment } from '../../local/env';
import { machineRegions, type Machine } from '../../local/machine';
import { killRegion, startMachine } from '../../local/up';
import { exitCodes } from '../../recovery/errors';
import { emptyMachine, removeMachine } from '../local/support';
import { needsRoot } from '../needs';

interface Said {
  readonly code: number | null;
  readonly text: string;
}

describe('what goes wrong on the night', function () {
  this.timeout(300_000);
  let machine: Machine;
  let home: string;
  let disk: string | null = null;

  const env = (): NodeJS.ProcessEnv => ({ ...process.env, ...environment(machine), XDG_STATE_HOME: home });
  const said = (command: string, args: readonly string[]): Said => {
    const { status, stdout, stderr } = spawnSync(command, args, { env: env(), encoding: 'utf8' });
    return { code: status, text: `${stdout}${stderr}` };
  };
  const failover = (...args: string[]): Said =>
    said(process.execPath, [compiledScript('cli/main'), 'failover', '--yes', ...args]);
  const preview = (): Said => said('pulumi', ['preview', '--stack', 'dr', '--non-interactive', '--color', 'never']);
  const stackFile = (): string => path.join(machine.projectDir, 'Pulumi.dr.yaml');

  /** Runs with the stack's file changed, and changes it back. */
  function withStackFile(change: (text: string) => string, run: () => Said): Said {
    const before = fs.readFileSync(stackFile(), 'utf8');
    const after = change(before);
    assert.notEqual(after, before, 'the change finds nothing to change');
    fs.writeFileSync(stackFile(), after);
    try {
      return run();
    } finally {
      fs.writeFileSync(stackFile(), before);
    }
  }

  before(async function () {
    needsRoot(this);
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-state-'));
    machine = await emptyMachine(10);
    disk = machine.regionDir(machineRegions.dr);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1g,mode=711', 'tmpfs', disk]);
    fs.mkdirSync(path.join(disk, 'log'), { mode: 0o700 });
    await startMachine(machine);
  });

  after(async () => {
    if (disk === null) return;
    spawnSync('umount', ['--lazy', disk]);
    await removeMachine(machine);
    fs.rmSync(home, { recursive: true });
  });

  it('rejects a failover to a site that was never deployed', () => {
    const { code, text } = failover();
    assert.match(text, /error\[stack-not-deployed\]: .*\nHINT: /);
    assert.equal(code, exitCodes.notDeployed);
  });

  it('rejects a wrong role and a missing key in one answer, by the key', async () => {
    await bringUp(machine);
    const { code, text } = withStackFile(
      (file) =>
        file.replace('agente-dr:role: standby', 'agente-dr:role: actve').replace(/^ {2}agente-dr:vpcCidr:.*\n/m, ''),
      preview,
    );
    assert.match(text, /config-invalid/);
    assert.match(text, /agente-dr:role/);
    assert.match(text, /agente-dr:vpcCidr/);
    assert.match(text, /HINT: /);
    assert.notEqual(code, 0);
  });

  it('rejects a failover whose stack file lacks a key, by the key', () => {
    const { code, text } = withStackFile((file) => file.replace(/^ {2}agente-dr:domain:.*\n/m, ''), failover);
    assert.match(text, /error\[config-invalid\]: .*agente-dr:domain.*\nHINT: /);
    assert.equal(code, exitCodes.usage);
  });

  it('rejects a primary that still answers', () => {
    const { code, text } = failover();
    assert.match(text, /error\[primary-answers\]: .*\nHINT: .*--declare-lost/);
    assert.equal(code, exitCodes.refused);
  });

  it('says that the disk of the dr region is full, loses nothing, and goes on when there is room', async () => {
    await killRegion(machine, machineRegions.primary);
    const ballast = path.join(disk ?? '', 'ballast');
    // dd ends with "no space left", which is what is wanted.
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k'], { stdio: 'ignore' });
    const full = failover();
    fs.rmSync(ballast);
    assert.match(full.text, /error\[disk-full\]: .*\nHINT: /);
    assert.equal(full.code, exitCodes.resource);
    const roomy = failover();
    assert.equal(roomy.code, exitCodes.ok, roomy.text);
    assert.match(roomy.text, /loss 0\.0 s/);
  });

  it('rejects the next preview from the file in Git, which still says standby', () => {
    const { code, text } = preview();
    assert.match(text, /role-ratchet/);
    assert.match(text, /HINT: /);
    assert.notEqual(code, 0);
  });
});
