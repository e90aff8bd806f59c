import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { Client } from 'pg';
import type { DatabaseState, Endpoint } from '../../local/api';
import { machineRegions, type Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import { replayRecord, type HeartbeatRecord, type ReplayRecord } from '../../recovery/control';
import { controlKeys, type Site } from '../../recovery/sites';
import type { Witness } from '../../scripts/control/control-bucket';
import { raiseEpoch } from '../../scripts/control/epoch';
import { agreedRole, newestBeat, valuesOf, Witnesses } from '../../scripts/control/witnesses';
import { Keeper } from '../../scripts/keeper/keeper';
import { bindToStores, makeControlBuckets } from './control-support';
import { removeMachine, testMachine } from './support';

const password = randomBytes(12).toString('hex');
const identifier = 'agente-postgres-g1';
const { primary, dr } = machineRegions;

describe('the keeper beside real databases', function () {
  this.timeout(90_000);
  let machine: Machine;
  let unbind: () => void;
  let places: Witness[];
  let witnesses: Witnesses;
  let active: DatabaseState;
  let standby: DatabaseState;
  let caches: Record<Site, Endpoint>;
  const running: { keeper: Keeper; ended: Promise<void> }[] = [];

  const ca = (): string => fs.readFileSync(path.join(machine.tlsDir, 'ca.crt'), 'utf8');

  function keep(site: Site, database: Endpoint): Keeper {
    const own = site === 'dr' ? places : [...places.slice(1, 2), ...places.slice(0, 1), ...places.slice(2)];
    const keeper = new Keeper({
      site,
      generation: 1,
      witnesses: own,
      followers: {},
      database: { ...database, name: 'agente_db', user: 'agente_user', password, ca: ca() },
      cache: { ...caches[site], password: null },
    });
    running.push({ keeper, ended: keeper.run() });
    return keeper;
  }

  async function query<T extends object>(endpoint: Endpoint, text: string): Promise<T[]> {
    const client = new Client({
      ...endpoint,
      database: 'agente_db',
      user: 'agente_user',
      password,
      ssl: { ca: ca() },
    });
    await client.connect();
    try {
      return (await client.query<T>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async function until<T>(what: string, look: () => Promise<T | null | false>): Promise<T> {
    const deadline = Date.now() + 25_000;
    while (Date.now() < deadline) {
      const found = await look();
      if (found !== null && found !== false) return found;
      await pause(100);
    }
    throw new Error(`not within 25 s: ${what}`);
  }

  const beatOf = async (site: Site): Promise<HeartbeatRecord | null> =>
    newestBeat((await witnesses.heartbeats()).filter((one) => one.state === 'value' && one.value.site === site));

  const replay = async (): Promise<ReplayRecord | null> =>
    valuesOf(await witnesses.read(controlKeys.replay, replayRecord))[0] ?? null;

  before(async () => {
    machine = await testMachine();
    unbind = bindToStores(machine);
    places = await makeControlBuckets(machine);
    witnesses = new Witnesses(places);
    const call = regionClient(machine);
    const common = { identifier, engine: 'postgres', multiAz: false, deletionProtection: false } as const;
    const spec = { ...common, databaseName: 'agente_db', user: 'agente_user', parameterGroup: null, source: null };
    active = await call(primary, 'createDatabase', { ...spec, password, backupRetentionDays: 1 });
    const source = { region: primary, identifier };
    const none = { databaseName: null, user: null, password: null, parameterGroup: null };
    standby = await call(dr, 'createDatabase', { ...common, ...none, backupRetentionDays: 0, source });
    caches = {
      primary: await call(primary, 'createCache', { identifier: 'agente-redis', authToken: null }),
      dr: await call(dr, 'createCache', { identifier: 'agente-redis', authToken: null }),
    };
  });

  after(async () => {
    for (const { keeper } of running) keeper.stop();
    await Promise.all(running.map(({ ended }) => ended));
    witnesses.close();
    unbind();
    await removeMachine(machine);
  });

  it('makes the site whose database takes writes the first active one, and beats into all three witnesses', async () => {
    keep('dr', standby.endpoint);
    keep('primary', active.endpoint);
    await until('three beats', async () => valuesOf(await witnesses.heartbeats()).length === 3);
    const role = agreedRole(await witnesses.roles());
    assert.equal(role?.epoch, 1);
    assert.equal(role.activeSite, 'primary');
  });

  it('reports on the standby what has been replayed', async () => {
    const beat = await until('a replayed beat', async () => (await replay())?.databases['postgres'] ?? null);
    const rows = await query<{ sequence: string }>(active.endpoint, 'SELECT sequence FROM heartbeat');
    assert(beat.sequence <= Number(rows[0]?.sequence));
    const newest = await beatOf('primary');
    assert(newest !== null && Date.parse(newest.at) - Date.parse(beat.at) <= 10_000);
  });

  it('fences a site whose epoch was taken: what is open ends, what comes is read-only, and the beat says so', async () => {
    const session = new Client({
      ...active.endpoint,
      database: 'agente_db',
      user: 'agente_user',
      password,
      ssl: { ca: ca() },
    });
    session.on('error', () => undefined);
    await session.connect();
    await session.query('CREATE TABLE sessions (reference text PRIMARY KEY, data jsonb, expires_at timestamptz)');
    await session.query(
      `INSERT INTO sessions SELECT 'r' || n, '{"n":1}', now() + interval '1 hour' FROM generate_series(1, 2500) n`,
    );
    await session.query(`INSERT INTO sessions VALUES ('old', '{}', now() - interval '1 hour')`);
    await raiseEpoch(witnesses, {
      version: 1,
      epoch: 2,
      activeSite: 'dr',
      generation: 1,
      incident: 'test',
      changedAt: new Date().toISOString(),
    });
    await until('a fenced beat', async () => (await beatOf('primary'))?.fenced === true);
    await assert.rejects(session.query('INSERT INTO sessions VALUES (1)'));
    await assert.rejects(query(active.endpoint, `INSERT INTO sessions VALUES ('late')`), /read-only/);
  });

  it('beats with the new epoch after the promotion, and rebuilds the cache from the valid sessions', async () => {
    await regionClient(machine)(dr, 'modifyDatabase', { identifier, change: { promote: true } });
    const promotedAt = Date.now();
    const beat = await until('a beat of dr', async () => {
      const newest = await beatOf('dr');
      return newest?.cacheSeededEpoch === 2 ? newest : null;
    });
    assert.equal(beat.epoch, 2);
    assert.equal(beat.fenced, false);
    assert(Date.now() - promotedAt < 5_000, `took ${String(Date.now() - promotedAt)} ms`);
    // The fence is a row of a catalogue, and the standby has replayed it.
    await query(standby.endpoint, `INSERT INTO sessions VALUES ('new', '{}', now())`);
    const redis = createClient({ socket: { ...caches.dr, tls: true, ca: ca() } });
    await redis.connect();
    try {
      assert.equal((await redis.keys('session:*')).length, 2_500);
      assert.equal(await redis.get('session:r7'), '{"n": 1}');
      const left = await redis.ttl('session:r7');
      assert(left > 3_500 && left <= 3_600, `expires in ${String(left)} s`);
    } finally {
      redis.destroy();
    }
  });

  it('goes on beating into the other witnesses when a region is away, and leaves the newer beats to the active site', async () => {
    const before = await beatOf('dr');
    await until('the next beat', async () => (await beatOf('dr'))?.sequence !== before?.sequence);
    const beats = valuesOf(await witnesses.heartbeats());
    assert.deepEqual(new Set(beats.map(({ site }) => site)), new Set(['dr']));
  });
});
