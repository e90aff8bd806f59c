import { hostname } from 'node:os';
import { AgenteError } from '../../../recovery/errors';
import { valueOf, type Session } from './session';

/** Who a server is, and where it stands. */
export interface ServerFacts {
  readonly systemIdentifier: string;
  readonly serverVersion: string;
  /** `15`. */
  readonly major: string;
  readonly timeline: number;
  /** Bytes. */
  readonly segmentSize: number;
  readonly checksums: boolean;
  readonly dataFolder: string;
  readonly host: string;
}

/** @throws AgenteError target-wrong for a standby: it has no log of its own to archive. */
export async function serverFacts(session: Session): Promise<ServerFacts> {
  if (await valueOf<boolean>(session, 'SELECT pg_is_in_recovery()')) {
    throw new AgenteError('target-wrong', 'this server is a standby', 'Take the backup on the server that writes.');
  }
  const { rows } = await session.query<Record<string, string>>(
    `SELECT system_identifier::text AS id, current_setting('server_version') AS version,
       pg_walfile_name(pg_current_wal_insert_lsn()) AS segment, current_setting('data_checksums') AS checksums,
       pg_size_bytes(current_setting('wal_segment_size'))::text AS size, current_setting('data_directory') AS folder
     FROM pg_control_system()`,
  );
  const { id = '', version = '', segment = '', checksums, size, folder = '' } = rows[0] ?? {};
  const [serverVersion = version] = version.split(' ');
  return {
    systemIdentifier: id,
    serverVersion,
    major: serverVersion.split('.')[0] ?? '',
    timeline: Number(`0x${segment.slice(0, 8)}`),
    segmentSize: Number(size),
    checksums: checksums === 'on',
    dataFolder: folder,
    host: hostname(),
  };
}
