import * as os from 'node:os';
import { AgenteError } from '../../../recovery/errors';
import type { Manifest } from '../../catalogue/manifest';
import { rowsOf, valueOf, withSession, type Access, type Session } from './access';
import { dialectOf, type Dialect } from './dialect';
import type { SourceIdentity } from '../engine';
import type { BinlogPosition } from './position';

/** Whose state it is, and in which tongue to talk to it. */
export interface SourceFacts {
  readonly dialect: Dialect;
  readonly source: Manifest['source'];
}

export function factsOf(access: Access): Promise<SourceFacts> {
  return withSession(access, async (session) => {
    const serverVersion = await valueOf(session, 'SELECT VERSION()');
    const dialect = dialectOf(serverVersion);
    const identity = await valueOf(session, dialect.identity);
    const host = 'socket' in access ? os.hostname() : access.host;
    return { dialect, source: { identity, host, serverVersion } };
  });
}

/** Where the log ends now. @throws AgenteError config-invalid when the server writes none. */
export async function positionNow(session: Session, dialect: Dialect): Promise<BinlogPosition> {
  const [row] = await rowsOf(session, dialect.position);
  if (row === undefined) {
    throw new AgenteError(
      'config-invalid',
      'the server writes no binary log',
      'Switch it on (log_bin, binlog_format = ROW, binlog_checksum = CRC32): without it nothing between two full copies can be restored.',
    );
  }
  return { file: String(row['File']), offset: Number(row['Position']) };
}

/** Who the server is: its number and domain, or MySQL's UUID. Numbers must differ between servers that ever meet. */
export async function identify(access: Access): Promise<SourceIdentity> {
  const { source } = await factsOf(access);
  return withSession(access, async (session) => ({
    identity: source.identity,
    timeline: 0,
    clock: new Date(Number(await valueOf(session, 'SELECT UNIX_TIMESTAMP(NOW(6))')) * 1_000),
    bytes: Number(await valueOf(session, bytesQuery)),
  }));
}

/** Bytes of all tables, as the server estimates them. */
export const bytesQuery = 'SELECT COALESCE(SUM(DATA_LENGTH + INDEX_LENGTH), 0) FROM information_schema.TABLES';
