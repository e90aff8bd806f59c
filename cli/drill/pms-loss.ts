import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { machineRegions, type Machine } from '../../local/machine';
import { heartbeatRecord, type Beat } from '../../recovery/control';
import { controlKeys } from '../../recovery/sites';
import type { Loss } from './meter';
import { controlObject } from './site-access';
import { passwordIn, type StoreAccess } from './stores';

/** What the PMS's database has committed is known outside its region by the keeper's beats. */
const dataset = 'pms';
const timeoutMs = 5_000;

interface Row extends RowDataPacket {
  readonly epoch: number;
  readonly sequence: number;
  readonly at: Date;
}

/**
 * The newest beat that the PMS of the lost site had committed, as the witness outside both sites knows it. Asked
 * right after the disaster: the keeper of the other site writes there too, later. Null when there is none.
 */
export async function committedBeat(machine: Machine): Promise<Beat | null> {
  const { content } = await controlObject(machine, machineRegions.witness, controlKeys.heartbeat);
  const record = heartbeatRecord.parse(content);
  return record.site === 'primary' ? (record.databases[dataset] ?? null) : null;
}

/** The newest beat of the lost site that the recovered PMS holds; null when it holds none. */
export async function heldBeat({ contract, ca, secret }: StoreAccess): Promise<Beat | null> {
  const database = contract.databases.find((one) => one.dataset === dataset);
  if (database === undefined) throw new Error(`the contract of site ${contract.site} names no PMS`);
  const connection = await createConnection({
    host: database.host,
    port: database.port,
    database: database.databaseName,
    user: database.user,
    password: passwordIn(await secret(database.secret)),
    ssl: { ca },
    connectTimeout: timeoutMs,
    timezone: 'Z',
  });
  try {
    const sql = 'SELECT epoch, sequence, at FROM heartbeat WHERE site = ?';
    const [[row]] = await connection.execute<Row[]>({ sql, values: ['primary'], timeout: timeoutMs });
    return row === undefined ? null : { epoch: row.epoch, sequence: row.sequence, at: row.at.toISOString() };
  } finally {
    connection.destroy();
  }
}

/** The loss in beats, where others lose bookings. @param faultAt Unix ms */
export function beatLoss(committed: Beat, held: Beat | null, faultAt: number): Loss {
  const lost = Math.max(0, committed.sequence - (held?.sequence ?? 0));
  if (lost === 0) return { acknowledged: committed.sequence, lost, lostSeconds: 0 };
  const since = held === null ? 0 : Date.parse(held.at);
  // Only the ends are known; beats come at even distances.
  const oldest = since + (Date.parse(committed.at) - since) / lost;
  return { acknowledged: committed.sequence, lost, lostSeconds: Math.max(0, faultAt - oldest) / 1_000 };
}
