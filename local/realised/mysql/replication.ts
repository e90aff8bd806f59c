import { setTimeout as pause } from 'node:timers/promises';
import { escape } from 'mysql2';
import * as path from 'node:path';
import type { ReplicaAdmission } from '../../api';
import type { RegionContext } from '../../supervisor/part';
import { withBackupStore } from '../backup-store';
import type { Upstream } from '../database-engine';
import type { Instance } from '../database-instance';
import { storeClient } from '../store-client';
import { fetchBase, positionOf, takeBase } from './base-backup';
import { configure } from './configuration';
import { rowsOf, withSession, type Row, type Session } from './session';
import { admit as admitUser } from './users';

const streamingLimitMs = 30_000;
const applyingLimitMs = 60_000;
const allApplied = /^Slave has read all relay log/;

/** Lets a replica in, with a fresh copy of the server for it to begin with: what it misses then is in the log. */
export async function admit(context: RegionContext, instance: Instance, replica: string): Promise<ReplicaAdmission> {
  const login = await withSession(instance, (session) => admitUser(session, replica));
  const key = () => `replicas/${instance.archive}/${replica}`;
  const copy = await withBackupStore(context, (store) => takeBase(context, instance, store, key));
  return { ...login, copy };
}

export async function copy(context: RegionContext, instance: Instance, { store: door, region, admission }: Upstream) {
  if (admission.copy === null) throw new Error(`the source of ${instance.identifier} sent no copy`);
  configure(instance, true);
  const store = storeClient(context.machine, region, door);
  try {
    await fetchBase(context, instance, store, admission.copy);
  } finally {
    store.destroy();
  }
}

/** Points a fresh copy at its source and waits until it streams. */
export async function follow(instance: Instance, { server, admission }: Upstream): Promise<void> {
  await withSession(instance, async (session) => {
    await session.query(`SET GLOBAL gtid_slave_pos = ${escape(positionOf(instance).gtid)}`);
    await session.query(
      `CHANGE MASTER TO MASTER_HOST = ${escape(server.host)}, MASTER_PORT = ${String(server.port)},
         MASTER_USER = ${escape(admission.user)}, MASTER_PASSWORD = ${escape(admission.password)},
         MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1, MASTER_HEARTBEAT_PERIOD = 1,
         MASTER_SSL = 1, MASTER_SSL_VERIFY_SERVER_CERT = 1, MASTER_SSL_CA = ${escape(path.join(instance.tlsDir, 'ca.crt'))}`,
    );
    await session.query('START SLAVE');
    await until(
      session,
      streamingLimitMs,
      (row) => row['Slave_IO_Running'] === 'Yes',
      'does not stream from its source',
    );
  });
}

/** Applies what has arrived, forgets the source and accepts writes. A server that stands alone already stays as it is. */
export async function promote(instance: Instance): Promise<void> {
  await withSession(instance, async (session) => {
    if ((await replicaStatus(session)) !== null) {
      await session.query('STOP SLAVE IO_THREAD');
      // Stopped when an earlier promotion was killed.
      await session.query('START SLAVE SQL_THREAD');
      const applied = (row: Row) => allApplied.test(String(row['Slave_SQL_Running_State']));
      await until(session, applyingLimitMs, applied, 'has not applied what it received');
      await session.query('STOP SLAVE');
      await session.query('RESET SLAVE ALL');
    }
    // Before the server is told: one that is killed now comes back as what it was promised to be.
    configure(instance, false);
    await session.query('SET GLOBAL read_only = OFF');
  });
}

async function replicaStatus(session: Session): Promise<Row | null> {
  return (await rowsOf(session, 'SHOW SLAVE STATUS'))[0] ?? null;
}

async function until(session: Session, limitMs: number, good: (row: Row) => boolean, complaint: string): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const row = (await replicaStatus(session)) ?? {};
    if (good(row)) return;
    const trouble = String(row['Last_SQL_Error'] ?? '') || String(row['Last_IO_Error'] ?? '');
    if (Date.now() > deadline) throw new Error(`replica ${complaint} after ${String(limitMs / 1_000)} s: ${trouble}`);
    await pause(50);
  }
}
