import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { postgresProgram } from '../../../scripts/programs/server-programs';
import { EngineWork } from '../engine-work';
import { database, TestPostgres } from '../postgres-fixture';

const scripts = path.resolve(__dirname, '../../../scripts');
const zones = ['UTC', 'America/Sao_Paulo', 'Asia/Kolkata'];

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the scripts of the procedure, over PostgreSQL', function () {
  this.timeout(180_000);
  let room: EngineWork;
  let server: TestPostgres;
  let logs: string;

  function script(zone: string, name: string, ...words: readonly string[]): Ran {
    const ran = spawnSync(path.join(scripts, name), words, {
      encoding: 'utf8',
      env: {
        ...process.env,
        TZ: zone,
        AGENTE_DR_SETTINGS: path.join(room.root, 'settings.yaml'),
        AGENTE_DR_OPERATOR: 'oncall',
      },
      cwd: room.root,
    });
    return { code: ran.status ?? -1, stdout: ran.stdout, stderr: ran.stderr };
  }
  function ok(ran: Ran): string {
    assert.equal(ran.code, 0, ran.stderr);
    return ran.stdout;
  }
  const count = async (): Promise<unknown> =>
    (await server.sql("SELECT count(*)::int AS count FROM reservations WHERE note <> 'bad'"))[0]?.['count'];

  beforeEach(async () => {
    room = new EngineWork('postgres', 'postgres');
    server = await TestPostgres.create(path.join(room.root, 'server'));
    logs = room.folder('logs');
    const settings = {
      vault: { folder: room.vaultFolder },
      recipients: [room.online.recipient, room.offline.recipient],
      identity: room.online.identity,
      datasets: { postgres: server.settings },
      logs,
      metrics: logs,
      scratch: room.root,
    };
    fs.writeFileSync(path.join(room.root, 'settings.yaml'), stringify(settings), { mode: 0o600 });
  });
  afterEach(async () => {
    await server.end('SIGKILL');
    room.remove();
  });

  it('undo a bad UPDATE: a time without a zone is the same moment in every zone, and both clocks are shown', async () => {
    ok(script('UTC', 'backup.sh', 'full'));
    await server.addReservations(10);
    ok(script('America/Sao_Paulo', 'backup.sh', 'incremental'));
    await server.addReservations(5);
    const [{ now } = {}] = await server.sql('SELECT clock_timestamp() AS now');
    const target = new Date((now as Date).getTime() + 1).toISOString().replace('T', ' ').replace('Z', '');
    await pause(5);
    await server.sql("UPDATE reservations SET note = 'bad'");
    await server.archive();
    await server.end();
    for (const zone of zones) {
      const said = ok(script(zone, 'restore-pitr.sh', '--target-time', target, '--dry-run'));
      assert.ok(said.includes(`${target} UTC`), said);
      assert.match(said, zone === 'UTC' ? /UTC\n/ : /UTC \(here \d{4}-.*[+-]\d\d:\d\d\)/);
    }
    assert.equal(script('UTC', 'restore-pitr.sh', '--target-time', target).code, 10);
    ok(script('America/Sao_Paulo', 'restore-pitr.sh', '--target-time', target, '--confirm', 'primary/postgres'));
    await server.start();
    assert.equal(await count(), 2015);
    const said = fs.readFileSync(path.join(logs, 'restore.log'), 'utf8').trim().split('\n').at(-1) ?? '';
    assert.match(said, /,restore,oncall,success,\d+s$/);
  });

  it('validate what is backed up, and bring the newest full point back by its old name', async () => {
    const id = ok(script('UTC', 'backup.sh', 'full')).trim();
    ok(script('UTC', 'validate-backup.sh'));
    assert.match(fs.readFileSync(path.join(logs, 'backup-validation.log'), 'utf8'), new RegExp(`,${id},success\n$`));
    await server.addReservations(3);
    await server.archive();
    await server.end();
    ok(script('UTC', 'restore.sh', 'backups/postgres-full-latest.tar.gz', '--confirm', 'primary/postgres'));
    await server.start();
    assert.equal(await count(), 2000);
  });

  it('lose nothing of a server whose disk is still there: --wal-dir', async () => {
    ok(script('UTC', 'backup.sh', 'full'));
    await server.addReservations(8);
    await server.end('SIGKILL');
    const log = path.join(room.root, 'saved-log');
    fs.cpSync(path.join(server.data, 'pg_wal'), log, { recursive: true });
    ok(script('UTC', 'restore-pitr.sh', '--wal-dir', log, '--confirm', 'primary/postgres'));
    await server.start();
    assert.equal(await count(), 2008);
  });

  it('bring back an archive of the old scripts', async () => {
    const access = ['-h', server.socketDir, '-p', String(server.port), '-U', 'postgres'];
    const folder = room.folder('old');
    execFileSync(postgresProgram('pg_dump'), [...access, '-f', path.join(folder, 'backup.sql'), database]);
    const archive = path.join(room.root, 'postgres-full-20241015_030000.tar.gz');
    execFileSync('tar', ['-czf', archive, '-C', folder, 'backup.sql']);
    await server.sql('DELETE FROM reservations');
    await server.end();
    fs.renameSync(server.data, `${server.data}.lost`);
    ok(script('UTC', 'restore.sh', archive, '--confirm', 'primary/postgres'));
    server.configure();
    await server.start();
    assert.equal(await count(), 2000);
  });
});
