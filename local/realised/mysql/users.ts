import { createHash, randomBytes } from 'node:crypto';
import { escape, escapeId } from 'mysql2';
import type { Owner } from '../database-engine';
import { administrators, type Session } from './session';

/** What RDS gives to its master user: much, but nothing that would let it write to a replica or leave the server. */
const masterRights = `SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER,
  SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW,
  SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER`;

const account = (user: string): string => `${escape(user)}@'%'`;

/** As a hash: the statement itself goes into the log that replicas and backups carry away. */
function identifiedBy(password: string): string {
  const sha1 = (data: string | Buffer) => createHash('sha1').update(data).digest();
  return `IDENTIFIED BY PASSWORD ${escape(`*${sha1(sha1(password)).toString('hex').toUpperCase()}`)} REQUIRE SSL`;
}

/** The master user: as in RDS without SUPER, and its database when it has one. */
export async function createMaster(session: Session, { user, password, databaseName }: Owner): Promise<void> {
  for (const name of administrators()) {
    const administrator = `${escape(name)}@localhost`;
    await session.query(`CREATE USER IF NOT EXISTS ${administrator} IDENTIFIED VIA unix_socket`);
    await session.query(`GRANT ALL PRIVILEGES ON *.* TO ${administrator} WITH GRANT OPTION`);
  }
  await session.query(`CREATE OR REPLACE USER ${account(user)} ${identifiedBy(password)}`);
  await session.query(`GRANT ${masterRights} ON *.* TO ${account(user)} WITH GRANT OPTION`);
  if (databaseName !== '') await session.query(`CREATE DATABASE IF NOT EXISTS ${escapeId(databaseName)}`);
}

export async function setPassword(session: Session, user: string, password: string): Promise<void> {
  await session.query(`ALTER USER ${account(user)} ${identifiedBy(password)}`);
}

/** Lets one replica in: a role of its own, with a new password. */
export async function admit(session: Session, replica: string): Promise<{ user: string; password: string }> {
  const [user, password] = [`replica_${replica}`, randomBytes(24).toString('hex')];
  await session.query(`CREATE OR REPLACE USER ${account(user)} ${identifiedBy(password)}`);
  await session.query(`GRANT REPLICATION SLAVE ON *.* TO ${account(user)}`);
  return { user, password };
}
