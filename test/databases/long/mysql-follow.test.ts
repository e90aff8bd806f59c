import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { mysqlEngine } from '../../../scripts/engines/mysql/mysql';
import { database, temporaryFolder, TestServer } from '../mysql-fixture';
import { TestVault } from '../mysql-vault';

const program = path.resolve(__dirname, '../../../scripts/agente-dr');

describe('a log that is followed by the command', function () {
  this.timeout(90_000);
  let root: string;
  let server: TestServer;
  let store: TestVault;
  let settings: string;
  const followers: ChildProcess[] = [];

  beforeEach(async () => {
    root = temporaryFolder();
    server = await TestServer.create(root, 'server', 31);
    await server.fill(20);
    store = new TestVault(root);
    settings = path.join(root, 'settings.yaml');
    for (const name of ['logs', 'scratch']) fs.mkdirSync(path.join(root, name), { mode: 0o711 });
    const content = {
      ...{ vault: { folder: path.join(root, 'vault') }, recipients: [...store.age.recipients] },
      ...{ datasets: { pms: server.settings }, logs: path.join(root, 'logs'), scratch: path.join(root, 'scratch') },
    };
    fs.writeFileSync(settings, stringify(content), { mode: 0o600 });
  });
  afterEach(async () => {
    for (const follower of followers.splice(0)) follower.kill('SIGKILL');
    await server.end('SIGKILL');
    fs.rmSync(root, { recursive: true, force: true });
  });

  const ask = (...words: readonly string[]) =>
    spawnSync(program, [...words, '--settings', settings], { encoding: 'utf8' });
  function takeFull(): void {
    const { status, stderr } = ask('backup', 'pms', 'full');
    assert.equal(status, 0, stderr);
  }

  function follow(): { readonly said: () => string; end: (signal: NodeJS.Signals) => Promise<number | null> } {
    const child = spawn(program, ['backup', 'pms', 'log', '--follow', '--settings', settings]);
    followers.push(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = once(child, 'close') as Promise<[number | null]>;
    return {
      said: () => said,
      end: async (signal) => {
        child.kill(signal);
        return (await ended)[0];
      },
    };
  }

  async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (!(await look())) {
      if (Date.now() > deadline) assert.fail(`not within 30 s: ${what}`);
      await pause(100);
    }
  }
  const pieces = async (): Promise<number> =>
    (await store.catalogue.list()).points.filter((point) => point.kind === 'log').length;

  it('is shipped through a crash of the server and beside a full copy, until it is stopped, and nothing is lost', async () => {
    takeFull();
    const { said, end } = follow();
    await server.insert('before');
    await until('a first piece', async () => (await pieces()) > 0);
    takeFull();
    await server.end('SIGKILL');
    await server.start();
    await server.insert('after');
    const shipped = await pieces();
    await until('a piece after the crash', async () => (await pieces()) > shipped);
    await server.insert('last');
    assert.equal(await end('SIGTERM'), 0, said());
    assert.match(said(), /\d+ pieces of the log of pms were shipped, up to 20\d\d-/);
    const rows = await store.restoredRows(
      mysqlEngine(server.settings),
      { to: 'latest' },
      `SELECT note FROM ${database}.reservations WHERE note IN ('before', 'after', 'last') ORDER BY id`,
    );
    assert.deepEqual(
      rows.map((row) => row['note']),
      ['before', 'after', 'last'],
    );
    assert.match(fs.readFileSync(path.join(root, 'logs', 'backup.log'), 'utf8'), /,follow-log,[^,]+,success,\d+s$/m);
  });

  it('is not followed twice, nor without a copy to continue, nor where it has no log', async () => {
    const early = ask('backup', 'pms', 'log', '--follow');
    assert.match(early.stderr, /error\[recovery-point-missing\][^]+HINT: /);
    takeFull();
    const { end } = follow();
    await server.insert('one');
    await until('it is followed', async () => (await pieces()) > 0);
    const second = ask('backup', 'pms', 'log', '--follow');
    assert.match(second.stderr, /error\[backup-running\]: pms is being written by backup log --follow on /);
    assert.equal(second.status, 10);
    const full = ask('backup', 'pms', 'full', '--follow');
    assert.match(full.stderr, /error\[argument-invalid\][^]+HINT: agente-dr backup pms log --follow/);
    assert.equal(await end('SIGINT'), 0);
  });

  it('is taken over from a follower that was killed', async () => {
    takeFull();
    const first = follow();
    await server.insert('one');
    await until('it is followed', async () => (await pieces()) > 0);
    await first.end('SIGKILL');
    await server.insert('two');
    const before = await pieces();
    const second = follow();
    await until('the next one goes on', async () => (await pieces()) > before);
    assert.equal(await second.end('SIGTERM'), 0, second.said());
  });
});
