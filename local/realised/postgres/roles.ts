import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { valueOf, type Session } from './session';

async function setLogin(session: Session, role: string, password: string, options: string): Promise<void> {
  const known = await valueOf<boolean>(session, 'SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)', [role]);
  const verb = known ? 'ALTER' : 'CREATE';
  await session.query(`${verb} ROLE ${escapeIdentifier(role)} LOGIN ${options} PASSWORD ${escapeLiteral(password)}`);
}

export async function setPassword(session: Session, role: string, password: string): Promise<void> {
  await setLogin(session, role, password, '');
}

/** The master user: as in RDS no superuser, but with the rights that RDS lends it, and its database. */
export async function createMaster(session: Session, user: string, password: string, database: string): Promise<void> {
  await setLogin(session, user, password, 'CREATEDB CREATEROLE');
  const name = escapeIdentifier(user);
  await session.query(`GRANT pg_monitor, pg_signal_backend TO ${name}`);
  const known = await valueOf<boolean>(session, 'SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)', [
    database,
  ]);
  if (!known) await session.query(`CREATE DATABASE ${escapeIdentifier(database)} OWNER ${name}`);
}

/**
 * Lets one replica in: a role of its own with a new password, and a new slot that keeps WAL from now on,
 * so that nothing the copy needs is removed before it streams. The slot of an earlier replica goes.
 */
export async function admit(session: Session, slot: string): Promise<{ user: string; password: string }> {
  const [user, password] = [`replica_${slot}`, randomBytes(24).toString('hex')];
  await setLogin(session, user, password, 'REPLICATION');
  await session.query(
    'SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1 AND active',
    [slot],
  );
  for (let attempt = 0; ; attempt += 1) {
    try {
      await session.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [
        slot,
      ]);
      break;
    } catch (error) {
      if (attempt === 20) throw error;
      await pause(50);
    }
  }
  await session.query('SELECT pg_create_physical_replication_slot($1, true)', [slot]);
  return { user, password };
}

export function slotOf(identifier: string): string {
  return identifier.toLowerCase().replace(/[^a-z0-9_]/g, '_');
}
