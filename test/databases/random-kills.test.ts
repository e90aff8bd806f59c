import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { planExpiry } from '../../scripts/catalogue/expiry';
import type { Listing } from '../../scripts/catalogue/catalogue';
import type { Manifest } from '../../scripts/catalogue/manifest';
import { keysOf } from '../../scripts/vault/keys';
import { CommandBench, type Ran } from './command-bench';
import { killStores, type Found, type KillStore } from './kill-stores';
import { randomFrom } from './mysql-ledger';

/** `npm run test:deep` asks for more. */
const kills = Number(process.env['KILLS'] ?? '10');
const seed = Number(process.env['KILLS_SEED'] ?? String(Date.now() % 1_000_000));

type Name = keyof typeof killStores;
const names = Object.keys(killStores) as Name[];
const commands = ['backup', 'restore', 'expire'] as const;

/** One store, and what is known of it while its commands are killed. */
interface Subject {
  readonly store: KillStore;
  /** Settings of the machine that it lives on, and of the one that it is restored to. */
  readonly home: string;
  readonly elsewhere: string;
  /** How long a command takes when nobody kills it. */
  readonly took: Map<string, number>;
  /** In the newest recovery point. */
  rows: number;
  /** In the place of its restores; null for nothing. */
  placed: number | null;
}

describe('commands that are killed at random moments', function () {
  this.timeout(60_000);
  const random = randomFrom(seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const plan = Array.from({ length: kills }, () => ({ name: pick(names), command: pick(commands) }));
  const subjects = new Map<Name, Subject>();
  let bench: CommandBench;
  let inTime = 0;

  before(() => {
    bench = new CommandBench('kills');
  });
  after(async () => {
    for (const { store } of subjects.values()) await store.end();
    bench.remove();
  });

  for (const [index, { name, command }] of plan.entries()) {
    const which = `${String(index + 1)} of ${String(kills)}, KILLS_SEED=${String(seed)}`;
    it(`leave nothing half done: ${command} ${name} (${which})`, async () => {
      const subject = subjects.get(name) ?? (await open(name));
      const round = rounds[command];
      const words = await round.prepare(subject);
      const known = words.join(' ');
      // A command that nobody has timed yet takes about as long as the first backup.
      const moment = random() * (subject.took.get(known) ?? subject.took.get('first') ?? 0);
      const killed = await bench.killed(round.machine(subject), words, moment);
      if (killed.code === null) inTime += 1;
      else good(killed);
      await round.judge(subject);
      await refuseHalfListed(subject);
      const again = good(await bench.run(round.machine(subject), ...words));
      subject.took.set(known, again.ms);
      await round.judgeEnd(subject);
    });
  }

  it('were killed while they ran, more than half of them', function () {
    this.runnable().title = `were killed while they ran: ${String(inTime)} of ${String(kills)}`;
    assert.ok(inTime * 2 > kills, `${String(inTime)} of ${String(kills)}`);
  });

  it('leave recovery points that restore, and an audit trail that holds', async () => {
    const all = [...subjects.values()];
    await Promise.all(all.map(refuseHalfListed));
    await Promise.all(
      all.map(async (subject) => {
        const newest = (await listed(subject)).findLast(({ kind }) => kind !== 'log');
        good(await bench.run(subject.home, 'validate', subject.store.dataset, '--point', newest?.id ?? ''));
      }),
    );
    for (const { home } of all.slice(0, 1)) good(await bench.run(home, 'audit', 'verify'));
    // The last commands have removed what those before them could not.
    assert.deepEqual(fs.readdirSync(bench.scratch), []);
  });

  async function open(name: Name): Promise<Subject> {
    const store = await killStores[name](bench);
    const subject: Subject = {
      store,
      home: bench.machine(`${name}-home`, { [store.dataset]: store.live }),
      elsewhere: bench.machine(`${name}-elsewhere`, { [store.dataset]: store.target }),
      took: new Map(),
      rows: 0,
      placed: null,
    };
    subjects.set(name, subject);
    subject.took.set('first', await backUp(subject));
    return subject;
  }

  /** @returns milliseconds. */
  async function backUp(subject: Subject): Promise<number> {
    subject.rows = await subject.store.change();
    return good(await bench.run(subject.home, 'backup', subject.store.dataset)).ms;
  }

  function good(ran: Ran): Ran {
    assert.equal(ran.code, 0, ran.stderr);
    return ran;
  }

  const listed = async ({ home, store: { dataset } }: Subject): Promise<readonly Manifest[]> => {
    const { stdout } = good(await bench.run(home, 'catalog', 'list', dataset, '--json'));
    const [listing] = JSON.parse(stdout) as Listing[];
    assert.deepEqual(listing?.unreadable, []);
    return listing.points;
  };

  async function refuseHalfListed(subject: Subject): Promise<void> {
    const { dataset } = subject.store;
    const [points, verified] = await Promise.all([
      listed(subject),
      bench.run(subject.home, 'catalog', 'verify', dataset),
    ]);
    good(verified);
    assert.ok(points.length > 0);
    for (const point of points) {
      const { root } = keysOf(dataset, point.lineage);
      for (const { path: file, size } of point.files) {
        assert.equal(fs.statSync(path.join(bench.room.vaultFolder, root, file)).size, size, `${point.id}: ${file}`);
      }
      assert.ok(point.parent === null || points.some(({ id }) => id === point.parent), `${point.id} has no parent`);
    }
  }

  /** As if all but the newest had been taken a year ago. */
  async function age(subject: Subject): Promise<readonly Manifest[]> {
    const { dataset } = subject.store;
    const points = await listed(subject);
    const old = points.slice(0, -1).map((point) => ({ ...point, endedAt: '2025-11-28T03:00:00.000Z' }));
    for (const point of old) {
      const file = path.join(bench.room.vaultFolder, keysOf(dataset, point.lineage).manifest(point.id));
      fs.writeFileSync(file, JSON.stringify(point));
    }
    return planExpiry([...old, ...points.slice(-1)], new Date()).expired;
  }

  /** Whatever a server opens there must be all of it; rows that were there before may still be. */
  function refuseOther(found: Found, wanted: readonly (number | null)[]): void {
    if ('rows' in found) assert.ok(wanted.includes(found.rows), `${String(found.rows)} rows, not ${wanted.join(', ')}`);
  }

  const rounds = {
    backup: {
      machine: ({ home }: Subject) => home,
      prepare: async (subject: Subject) => {
        const { store } = subject;
        subject.rows = await store.change();
        return ['backup', store.dataset, pick(store.kinds)];
      },
      judge: () => Promise.resolve(),
      judgeEnd: () => Promise.resolve(),
    },
    expire: {
      machine: ({ home }: Subject) => home,
      prepare: async (subject: Subject) => {
        const { dataset } = subject.store;
        if ((await age(subject)).length === 0) {
          await backUp(subject);
          assert.ok((await age(subject)).length > 0);
        }
        return ['catalog', 'expire', dataset];
      },
      judge: () => Promise.resolve(),
      judgeEnd: async (subject: Subject) => {
        assert.deepEqual(planExpiry(await listed(subject), new Date()).expired, []);
      },
    },
    restore: {
      machine: ({ elsewhere }: Subject) => elsewhere,
      prepare: (subject: Subject) => {
        const { store } = subject;
        if (random() < 0.5) subject.placed = store.spoil();
        return Promise.resolve(['restore', store.dataset, '--confirm', `primary/${store.dataset}`]);
      },
      judge: async ({ store, rows, placed }: Subject) => {
        await untilDeserted(store.restoring);
        await refuseHalfRestored(store, rows);
        if (fs.existsSync(store.place)) refuseOther(await store.look(store.place), [rows, placed]);
      },
      judgeEnd: async (subject: Subject) => {
        const { store, rows } = subject;
        assert.deepEqual(await store.look(store.place), { rows });
        subject.placed = rows;
        for (const name of fs.readdirSync(path.dirname(store.place)).filter((each) => each.includes('.before-'))) {
          fs.rmSync(path.join(path.dirname(store.place), name), { recursive: true });
        }
      },
    },
  } as const;

  /** What lies where the restore was at work opens as a restored state only when it is whole. */
  async function refuseHalfRestored(store: KillStore, rows: number): Promise<void> {
    if (!fs.existsSync(store.restoring)) return;
    try {
      const copy = await store.engine.open(store.restoring, bench.room.work());
      const { counts } = await copy.census();
      await copy.close();
      assert.ok(store.dataset === 'secrets' || Object.values(counts).some(({ least }) => least === rows));
    } catch (error) {
      assert.match(String(error), /never finished|no finished restore/);
    }
    for (const name of store.looksLikeData) {
      const data = path.join(store.restoring, name);
      if (fs.existsSync(data)) refuseOther(await store.look(data), [rows]);
    }
  }
});

/** Servers that lost their command notice it soon; what is copied while they end is nobody's state. */
async function untilDeserted(folder: string): Promise<void> {
  for (const deadline = Date.now() + 20_000; ;) {
    const users = fs.readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && worksIn(pid, folder));
    if (users.length === 0) return;
    assert.ok(Date.now() < deadline, `${users.join(', ')} still work in ${folder}`);
    await pause(20);
  }
}

function worksIn(pid: string, folder: string): boolean {
  try {
    const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return words.includes(folder) || fs.readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
  } catch {
    return false;
  }
}
