import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { streamBinlog } from '../../scripts/engines/mysql/binlog-stream';
import { mysqlEngine } from '../../scripts/engines/mysql/mysql';
import { database, temporaryFolder, TestServer } from './mysql-fixture';
import { TestVault } from './mysql-vault';

/** Commits one row after the other until the server dies. @returns the notes of those it acknowledged. */
async function commitUntilDeath(server: TestServer, name: string): Promise<string[]> {
  const acknowledged: string[] = [];
  await server
    .run(async (session) => {
      for (let n = 0; ; n++) {
        const note = `${name}-${n}`;
        await session.query(
          `INSERT INTO ${database}.reservations (hotel, note, created_at) VALUES (1, '${note}', NOW(6))`,
        );
        acknowledged.push(note);
      }
    })
    .catch(() => undefined);
  return acknowledged;
}

describe('a streamed binary log', function () {
  this.timeout(60_000);
  let root: string;
  let server: TestServer;
  let store: TestVault;
  const engine = () => mysqlEngine(server.settings);

  beforeEach(async () => {
    root = temporaryFolder();
    server = await TestServer.create(root, 'server', 21);
    await server.fill(20);
    store = new TestVault(root);
    await store.backUp(engine(), 'full');
  });
  afterEach(async () => {
    await server.end('SIGKILL');
    fs.rmSync(root, { recursive: true, force: true });
  });

  function stream(everyMs = 300) {
    const stop = new AbortController();
    const work = store.work(stop.signal);
    const streaming = streamBinlog({
      settings: server.settings,
      work,
      everyMs,
      publish: (take) => store.publish('log', take),
    });
    streaming.catch(() => undefined);
    return {
      streaming,
      end: async () => {
        stop.abort();
        await streaming;
      },
    };
  }

  async function lost(acknowledged: readonly string[]): Promise<string[]> {
    const rows = await store.restoredRows(engine(), { to: 'latest' }, 'SELECT note FROM reservations');
    const held = new Set(rows.map((row) => row['note']));
    return acknowledged.filter((note) => !held.has(note));
  }

  it('holds every acknowledged commit of a server that is killed under load, and those after it came back', async () => {
    const { end } = stream();
    await pause(500);
    const writers = [1, 2, 3, 4].map((n) => commitUntilDeath(server, `first-${n}`));
    await pause(2_500);
    await server.end('SIGKILL');
    const acknowledged = (await Promise.all(writers)).flat();
    assert.ok(acknowledged.length > 100, String(acknowledged.length));
    // The files of the server are lost with it.
    await pause(3_000);
    assert.deepEqual(await lost(acknowledged), []);
    const shipped = (await store.catalogue.list()).points.length;
    await server.start();
    await server.insert('back');
    while ((await store.catalogue.list()).points.length === shipped) await pause(50);
    const again = [1, 2].map((n) => commitUntilDeath(server, `second-${n}`));
    await pause(3_000);
    await server.end('SIGKILL');
    const more = (await Promise.all(again)).flat();
    assert.ok(more.length > 100, String(more.length));
    await pause(3_000);
    await end();
    assert.deepEqual(await lost([...acknowledged, ...more]), []);
  });

  it('ends with what a dead server had not sent yet, from the files that it left', async () => {
    const { end } = stream(100_000);
    await pause(700);
    await server.insert('sent');
    await pause(300);
    // The reader hears nothing any more, as if the server died before it spoke.
    const reader = execFileSync('pgrep', ['-f', `mariadb-binlog.*${root}`], { encoding: 'utf8' })
      .trim()
      .split('\n');
    for (const pid of reader) process.kill(Number(pid), 'SIGSTOP');
    await server.insert('unsent');
    await server.end('SIGKILL');
    for (const pid of reader) process.kill(Number(pid), 'SIGKILL');
    await pause(1_500);
    await end();
    assert.deepEqual(await lost(['sent', 'unsent']), []);
  });

  it('restores to a moment inside a second, as the streamer saw it', async () => {
    const points = async () => (await store.catalogue.list()).points;
    const { end } = stream();
    await server.insert('awake');
    while ((await points()).length < 2) await pause(50);
    await pause(1_010 - (Date.now() % 1_000));
    await server.insert('early');
    await pause(300);
    const between = new Date();
    await pause(300);
    await server.insert('late');
    while (new Date((await points()).at(-1)?.restorable.to ?? 0) <= between) await pause(50);
    await end();
    const rows = await store.restoredRows(
      engine(),
      { to: 'time', time: between },
      'SELECT MAX(id) AS id, note FROM reservations WHERE id > 20 GROUP BY note ORDER BY 1',
    );
    assert.deepEqual(
      rows.map((row) => row['note']),
      ['awake', 'early'],
    );
  });

  it('rejects to go on over the log of another server', async () => {
    const other = await TestServer.create(root, 'other', 22);
    try {
      await other.fill(20);
      await assert.rejects(
        streamBinlog({
          settings: other.settings,
          work: store.work(),
          everyMs: 100,
          publish: (take) => store.publish('log', take),
        }),
        { code: 'lineage-owned' },
      );
    } finally {
      await other.end('SIGKILL');
    }
  });
});
