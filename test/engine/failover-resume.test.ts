import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { bringUp } from '../../cli/bring-up';
import { compiledScript } from '../../local/compiled-script';
import { environment } from '../../local/env';
import { machineRegions, type Machine } from '../../local/machine';
import { killRegion } from '../../local/up';
import { exitCodes } from '../../recovery/errors';
import { removeMachine, testMachine } from '../local/support';

/** Ten times faster than shipped, so that guests move within seconds. */
const timeScale = 10;

interface Line {
  readonly event?: string;
  readonly id?: string;
  readonly state?: string;
  readonly detail?: string;
  readonly epoch?: number;
  readonly lossSeconds?: number;
  readonly error?: { readonly code: string };
}

interface Ended {
  readonly code: number | null;
  readonly lines: readonly Line[];
}

const did = (ended: Ended, id: string): Line | undefined =>
  ended.lines.find((line) => line.id === id && line.state === 'done');
const codeOf = (ended: Ended): string | undefined => ended.lines.find((line) => line.error !== undefined)?.error?.code;

describe('failover on the real engine', function () {
  this.timeout(240_000);
  let machine: Machine;
  let home: string;

  /** Runs the real command; `watch` sees each line and may kill it. */
  function failover(args: readonly string[], watch?: (line: Line, kill: () => void) => void): Promise<Ended> {
    const child = spawn(process.execPath, [compiledScript('cli/main'), 'failover', '--json', ...args], {
      env: { ...process.env, ...environment(machine), XDG_STATE_HOME: home },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const lines: Line[] = [];
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      lines.push(line);
      watch?.(line, () => child.kill('SIGKILL'));
    });
    return new Promise((resolve) => {
      child.once('close', (code) => {
        resolve({ code, lines });
      });
    });
  }

  const engineLog = (): string => {
    const folder = path.join(home, 'agente-dr', 'failover');
    return fs
      .readdirSync(folder)
      .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
      .join('');
  };

  /** Kills it so many ms after a step has begun. */
  const killedIn = (step: string, afterMs = 0): Promise<Ended> =>
    failover(['--yes'], (line, kill) => {
      if (line.id === step && line.state === 'running') setTimeout(kill, afterMs);
    });

  async function killedWhenEngineSays(sign: string): Promise<void> {
    const before = engineLog().length;
    let timer: NodeJS.Timeout | undefined;
    const ended = await failover(['--yes'], (_line, kill) => {
      timer ??= setInterval(() => {
        if (engineLog().slice(before).includes(sign)) kill();
      }, 10);
    });
    clearInterval(timer);
    assert.equal(ended.code, null, `never said ${sign}`);
  }

  before(async () => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-state-'));
    machine = await testMachine(timeScale);
    await bringUp(machine);
  });

  after(async () => {
    await removeMachine(machine);
    fs.rmSync(home, { recursive: true });
  });

  it('rejects a primary that still answers, and to go on without being asked', async () => {
    const answered = await failover(['--yes']);
    assert.equal(codeOf(answered), 'primary-answers');
    assert.equal(answered.code, exitCodes.refused);
    assert.equal((await failover([])).code, exitCodes.usage);
  });

  it('shows loss and plan of a dry run and changes nothing', async () => {
    await killRegion(machine, machineRegions.primary);
    const planned = await failover(['--dry-run']);
    assert.equal(planned.code, exitCodes.ok);
    assert.equal(planned.lines.at(-1)?.lossSeconds, 0);
    assert.equal(planned.lines.at(-1)?.epoch, 2);
  });

  it('goes on where it was, killed at every step, and promotes once', async () => {
    await killedIn('fence');
    // Before pulumi takes the lock, while the program starts, in the promotion, and after it.
    for (const afterMs of [50, 1_500]) assert.equal((await killedIn('promote', afterMs)).code, null);
    for (const sign of ['postgres-g1 updating', 'agente-api-service updating']) await killedWhenEngineSays(sign);
    assert.equal(codeOf(await failover(['--dry-run'])), undefined);
    const steps = ['verify', 'redirect', 'confirm', 'protect'];
    for (const step of steps) {
      const killed = await killedIn(step);
      assert.equal(killed.code, null, `${step}: ${JSON.stringify(killed.lines.at(-1))}`);
    }
    const finished = await failover(['--yes']);
    assert.equal(finished.code, exitCodes.ok, JSON.stringify(finished.lines));
    assert.equal(finished.lines.at(-1)?.epoch, 2);
    for (const step of ['fence', 'promote', 'verify', 'redirect', 'confirm', 'protect'])
      assert(did(finished, step), step);
    assert.match(did(finished, 'promote')?.detail ?? '', /done before/);
    assert.match(engineLog(), /currently locked by/);
  });

  it('says that there is nothing to do when it is run again', async () => {
    const again = await failover(['--yes']);
    assert.equal(codeOf(again), 'already-active');
    assert.equal(again.code, exitCodes.nothingToDo);
  });
});
