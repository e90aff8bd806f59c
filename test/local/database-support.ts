import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { Client } from 'pg';
import type { DatabaseSpec, DatabaseState } from '../../local/api';
import { compiledScript } from '../../local/compiled-script';
import type { Machine } from '../../local/machine';
import { processesOf } from '../../local/processes';
import { regionClient } from '../../local/supervisor/client';
import { serverEnvironment } from '../../local/supervisor/context';
import { authorityOf } from './support';

export const [primary, dr] = ['us-east-1', 'us-west-2'] as const;
export const password = 'a password of the hotel';

/** A database of the property management system, with what a test says otherwise. */
export function pmsSpec(differences: Partial<DatabaseSpec> & { identifier: string }): DatabaseSpec {
  return {
    engine: 'mysql',
    databaseName: 'qloapps',
    user: 'qloapps_user',
    password,
    backupRetentionDays: 7,
    multiAz: true,
    deletionProtection: false,
    parameterGroup: null,
    source: null,
    ...differences,
  };
}

export function replicaOf(spec: DatabaseSpec, source: NonNullable<DatabaseSpec['source']>): DatabaseSpec {
  return { ...spec, engine: null, databaseName: null, user: null, password: null, parameterGroup: null, source };
}

type Ask = (machine: Machine, of: DatabaseState, sql: string) => Promise<unknown[]>;

const askMysql: Ask = async (machine, of, sql) => {
  const { user, databaseName: database } = of;
  const ssl = { ca: authorityOf(machine) };
  const connection = await createConnection({ ...of.endpoint, user, password, database, ssl, rowsAsArray: true });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return Array.isArray(rows) ? rows.map((row) => (row as unknown[])[0]) : [];
  } finally {
    await connection.end();
  }
};

const askPostgres: Ask = async (machine, of, sql) => {
  const { user, databaseName: database } = of;
  const client = new Client({ ...of.endpoint, user, password, database, ssl: { ca: authorityOf(machine) } });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows.map((row) => row[0]);
  } finally {
    await client.end();
  }
};

/** One statement over TLS as the master user; its first column. */
export const ask: Ask = (machine, of, sql) => (of.engine === 'mysql' ? askMysql : askPostgres)(machine, of, sql);

export async function until(what: string, seconds: number, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + seconds * 1_000;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`not within ${String(seconds)} s: ${what}`);
    await pause(50);
  }
}

/** Kills the supervisor of a region, and with it its servers, then starts another one in its place. */
export async function restartRegion(machine: Machine, region: string): Promise<void> {
  const call = regionClient(machine);
  const { pid } = await call(region, 'ping', {});
  process.kill(pid, 'SIGKILL');
  await until('nothing of the region runs', 10, () => Promise.resolve(processesOf(machine.dir, region).length === 0));
  spawn(process.execPath, [compiledScript('local/supervisor/main'), machine.dir, region], {
    cwd: machine.regionDir(region),
    env: { ...serverEnvironment(machine, region), NODE_EXTRA_CA_CERTS: machine.authorityFile },
    detached: true,
    stdio: 'ignore',
  }).unref();
  await until('the region stands again', 40, () =>
    call(region, 'ping', {}).then(
      () => true,
      () => false,
    ),
  );
}
