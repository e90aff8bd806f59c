import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { compiledScript } from '../../../local/compiled-script';
import { Project } from '../../../cli/pulumi/project';
import { runPulumi } from '../../../cli/pulumi/run';
import { identityOf } from '../../../scripts/process-identity';

/** Stands in for pulumi: tells its pid and arguments, and goes on for as long as it is told. */
const fake = `#!/bin/sh
echo "pid $$ args $*" >> "$FAKE_LOG"
trap 'echo interrupted; exit 8' INT
echo "warning: on stderr" >&2
[ -z "$FAKE_SECONDS" ] || { sleep "$FAKE_SECONDS" & wait $!; }
echo ended
exit "\${FAKE_CODE:-0}"
`;

describe('a pulumi that these tools start', function () {
  this.timeout(15_000);
  let dir: string;
  const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    PATH: `${dir}:${process.env['PATH'] ?? ''}`,
    FAKE_LOG: path.join(dir, 'log'),
    ...more,
  });
  const log = (): string =>
    fs.existsSync(path.join(dir, 'log')) ? fs.readFileSync(path.join(dir, 'log'), 'utf8') : '';

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-run-'));
    fs.writeFileSync(path.join(dir, 'pulumi'), fake, { mode: 0o755 });
  });

  afterEach(() => {
    fs.rmSync(dir, { recursive: true });
  });

  it('does nothing before its pid is written down, and keeps that pid', async () => {
    let told = 0;
    const outcome = await runPulumi({
      project: Project.at(dir),
      args: ['up', '--stack', 'dr'],
      env: env({ FAKE_CODE: '3' }),
      beforeStart: async (pid) => {
        await pause(200);
        assert.equal(log(), '');
        told = pid;
      },
    });
    assert.equal(outcome.code, 3);
    assert.match(log(), new RegExp(`^pid ${String(told)} args up --stack dr --cwd ${dir} `));
    assert.match(outcome.output, /warning: on stderr/);
    assert.equal(outcome.stdout, 'ended\n');
  });

  it('never starts when its pid cannot be written down', async () => {
    const refused = runPulumi({
      project: Project.at(dir),
      args: ['up'],
      env: env(),
      beforeStart: () => Promise.reject(new Error('no journal')),
    });
    await assert.rejects(refused, /no journal/);
    await pause(200);
    assert.equal(log(), '');
  });

  it('is interrupted, not killed, when the failover is cancelled', async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 500);
    const run = { project: Project.at(dir), args: ['up'], env: env({ FAKE_SECONDS: '10' }), signal: controller.signal };
    const outcome = await runPulumi(run);
    assert.equal(outcome.code, 8);
    assert.match(outcome.output, /interrupted/);
  });

  it('is read whole where a character arrives in two pieces', async () => {
    // The two bytes of an o with an acute accent, a moment apart.
    const torn = "#!/bin/sh\nprintf 'habitaci\\303'; sleep 0.3; printf '\\263n\\n'\n";
    fs.writeFileSync(path.join(dir, 'pulumi'), torn, { mode: 0o755 });
    const { stdout, output } = await runPulumi({ project: Project.at(dir), args: ['preview'], env: env() });
    assert.deepEqual([stdout, output], ['habitación\n', 'habitación']);
  });

  it('rejects a machine without pulumi by the name of what is missing', async () => {
    const empty = runPulumi({ project: Project.at(dir), args: ['up'], env: { PATH: '/usr/bin:/bin' } });
    await assert.rejects(empty, /cannot start pulumi/);
  });

  it('dies with the process that started it', async () => {
    const script = `require(${JSON.stringify(compiledScript('cli/pulumi/run'))})
      .runPulumi({ project: { dir: ${JSON.stringify(dir)} }, args: ['up'] })`;
    const parent = spawn(process.execPath, ['-e', script], { env: { ...process.env, ...env({ FAKE_SECONDS: '60' }) } });
    while (!log().includes('pid')) await pause(50);
    const pid = Number(/pid (\d+)/.exec(log())?.[1]);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await pause(300);
    assert.equal(identityOf(pid).start, '');
  });
});
