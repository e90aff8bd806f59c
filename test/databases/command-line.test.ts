import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import type { Validation } from '../../scripts/catalogue/validation';
import { verifyChain } from '../../scripts/audit/verify';
import { EngineWork } from './engine-work';
import { RedisFixture } from './redis-fixture';

const root = path.resolve(__dirname, '../..');

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line of backups as a person meets it, over a real store: Redis, because it is quick. */
describe('the scripts of the procedure', function () {
  this.timeout(60_000);
  let room: EngineWork;
  let redis: RedisFixture;
  let settingsFile: string;
  let logs: string;

  beforeEach(async () => {
    room = new EngineWork('redis', 'redis');
    redis = await RedisFixture.start(room);
    logs = room.folder('logs');
    settingsFile = path.join(room.root, 'settings.yaml');
    writeSettings();
  });
  afterEach(async () => {
    await redis.kill('SIGTERM');
    room.remove();
  });

  function writeSettings(more: Record<string, unknown> = {}): void {
    const settings = {
      vault: { folder: room.vaultFolder },
      recipients: [room.online.recipient, room.offline.recipient],
      identity: room.online.identity,
      datasets: { redis: redis.settings },
      logs,
      metrics: logs,
      scratch: room.root,
      ...more,
    };
    fs.writeFileSync(settingsFile, stringify(settings), { mode: 0o600 });
  }

  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    AGENTE_DR_SETTINGS: settingsFile,
    AGENTE_DR_OPERATOR: 'oncall',
  });
  function script(name: string, ...words: readonly string[]): Ran {
    const ran = spawnSync(path.join(root, 'scripts', name), words, {
      encoding: 'utf8',
      env: environment(),
      cwd: room.root,
    });
    return { code: ran.status ?? -1, stdout: ran.stdout, stderr: ran.stderr };
  }
  const agente = (...words: readonly string[]): Ran => script('agente-dr', ...words);
  function ok(ran: Ran): string {
    assert.equal(ran.code, 0, ran.stderr);
    return ran.stdout;
  }
  function refused(ran: Ran, code: number, error: string): void {
    assert.match(ran.stderr, new RegExp(`error\\[${error}\\]: [^]+\\nHINT: .+`));
    assert.equal(ran.code, code);
  }

  it('take a recovery point, try it, and bring it back, each with its line in the logs', async () => {
    await redis.fill(200);
    const id = ok(script('backup-redis.sh')).trim();
    const [validation] = JSON.parse(ok(agente('validate', 'redis', '--json'))) as Validation[];
    assert.equal(validation?.status, 'success');
    const rows = validation.checks.find(({ name }) => name === 'rows');
    assert.deepEqual([rows?.status, rows?.fact], ['passed', '202 in 1 tables, as in the source']);
    assert.match(ok(agente('restore', 'redis', '--dry-run')), /will take  about 0:\d\d, by that of \S+ \S+ on 20\d\d-/);
    await redis.fill(300);
    await redis.kill('SIGTERM');
    ok(script('restore-redis.sh', 'backups/redis-latest.rdb', '--confirm', 'primary/redis'));
    await redis.start();
    assert.equal(await redis.client.dbSize(), 202, 'what was written after the recovery point is gone');

    const line = (file: string): string =>
      fs.readFileSync(path.join(logs, file), 'utf8').trim().split('\n').at(-1) ?? '';
    assert.match(line('backup.log'), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,backup,oncall,success,\d+s$/);
    assert.match(line('restore.log'), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,restore,oncall,success,\d+s$/);
    assert.match(
      line('backup-validation.log'),
      new RegExp(`^\\d{4}-\\d\\d-\\d\\d_\\d\\d:\\d\\d:\\d\\d,${id},success$`),
    );
    assert.match(
      fs.readFileSync(path.join(logs, 'agente_dr_redis.prom'), 'utf8'),
      /backup_validation_status\{dataset="redis"\} 1/,
    );
    assert.equal((await verifyChain(logs, 'restore', null)).entries, 2);
  });

  it('reject to restore over a server that runs, without a word, and to another target', async () => {
    await redis.fill(10);
    ok(script('backup-redis.sh'));
    refused(script('restore-redis.sh', '--confirm', 'primary/redis'), 10, 'target-running');
    await redis.kill('SIGTERM');
    const asked = script('restore-redis.sh');
    refused(asked, 10, 'restore-unconfirmed');
    assert.match(asked.stderr, /will lose .+\n[^]*--confirm primary\/redis/);
    refused(script('restore-redis.sh', '--confirm', 'dr/redis'), 10, 'target-wrong');
    const plan = ok(agente('restore', 'redis', '--dry-run'));
    assert.match(plan, /dry run: nothing was done/);
    assert.match(plan, /will take  nobody knows how long: no restore of it was tried yet/);
    await redis.start();
    assert.equal(await redis.client.dbSize(), 12);
  });

  it('name a damaged recovery point, and are told so everywhere', async () => {
    await redis.fill(500);
    const id = ok(script('backup-redis.sh')).trim();
    const files = fs.readdirSync(path.join(room.vaultFolder, 'redis/primary-g1/points', id));
    const file = path.join(room.vaultFolder, 'redis/primary-g1/points', id, files[0] ?? '');
    const content = fs.readFileSync(file);
    content[Math.floor(content.length / 2)] = (content[Math.floor(content.length / 2)] ?? 0) ^ 1;
    fs.writeFileSync(file, content);
    const verified = agente('catalog', 'verify', 'redis');
    refused(verified, 1, 'backup-damaged');
    assert.ok(verified.stderr.includes(files[0] ?? '-'), verified.stderr);
    refused(agente('validate', 'redis'), 1, 'validation-failed');
    assert.match(fs.readFileSync(path.join(logs, 'backup-validation.log'), 'utf8'), /,failed\n$/);
    await redis.kill('SIGTERM');
    const before = fs.readdirSync(redis.settings.data).sort();
    assert.notEqual(script('restore-redis.sh', '--confirm', 'primary/redis').code, 0);
    assert.deepEqual(fs.readdirSync(redis.settings.data).sort(), before, 'nothing was replaced');
  });

  it('reject a name that nobody gave, settings that are wrong, and a key that is missing', async () => {
    await redis.fill(1);
    refused(agente('backup', 'redsi'), 2, 'argument-invalid');
    assert.equal(agente('backup', 'redis', 'sometimes').code, 2);
    refused(agente('restore', 'redis', 'none-such', '--dry-run'), 2, 'recovery-point-missing');
    ok(script('backup-redis.sh'));
    writeSettings({ identity: null });
    refused(agente('validate', 'redis'), 2, 'key-missing');
    writeSettings({ recipients: [room.online.recipient] });
    refused(agente('backup', 'redis'), 2, 'config-invalid');
    writeSettings({ vault: { folder: path.join(room.root, 'not-mounted') } });
    refused(agente('backup', 'redis'), 4, 'store-unreachable');
    assert.match(fs.readFileSync(path.join(logs, 'backup.log'), 'utf8'), /,backup,oncall,failed,/);
  });

  it('take one of two backups that are asked for at once', async () => {
    await redis.fill(20_000);
    const start = () =>
      spawn(path.join(root, 'scripts/backup-redis.sh'), { env: environment(), stdio: ['ignore', 'ignore', 'pipe'] });
    const codes = (await Promise.all([start(), start()].map((child) => once(child, 'exit')))).map(([code]) =>
      Number(code),
    );
    assert.ok(codes.includes(0), `one is taken: ${String(codes)}`);
    assert.ok(
      codes.every((code) => code === 0 || code === 10),
      `the other is taken after it or refused: ${String(codes)}`,
    );
    ok(agente('catalog', 'verify', 'redis'));
  });

  it('bring everything back on an empty machine, from the vault and the key that lay offline alone', async () => {
    await redis.fill(77);
    ok(script('backup-redis.sh'));
    await redis.kill('SIGTERM');
    fs.rmSync(redis.settings.data, { recursive: true });
    fs.rmSync(settingsFile);
    const into = path.join(room.root, 'back');
    const said = ok(
      agente('restore', '--from-bucket', room.vaultFolder, '--identity', room.offline.identity, '--into', into),
    );
    assert.match(said, /redis: .+ is in /);
    fs.renameSync(path.join(into, 'redis'), redis.settings.data);
    await redis.start();
    assert.equal(await redis.client.dbSize(), 79);
    refused(
      agente('restore', '--from-bucket', room.vaultFolder, '--identity', room.offline.identity, '--into', into),
      10,
      'target-wrong',
    );
  });
});
