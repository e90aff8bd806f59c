import type { RowDataPacket } from 'mysql2/promise';
import type { OpenedCopy, Work } from '../engine';
import { openSession } from './access';
import { countTables } from './census';
import { checkCopy } from './copy-checks';
import { settingsOf } from './physical-restore';
import { finishedSpace, RestoreFolder } from './restore-folder';
import { startThrowaway } from './throwaway-server';

/** Opens a restored state to us alone. */
export async function openCopy(
  folder: string,
  database: string,
  fresh: readonly string[],
  work: Work,
): Promise<OpenedCopy> {
  const place = new RestoreFolder(folder);
  const { reached } = place.state();
  const server = await startThrowaway(place.data, place.home, {
    settings: settingsOf(place.data, finishedSpace),
    signal: work.signal,
  });
  const session = await openSession(server.access);
  return {
    reached: reached === null ? null : new Date(reached),
    census: () => countTables(session, database, fresh, work.now()),
    check: () => checkCopy(session),
    query: async (text) => {
      await session.query(`USE \`${database.replaceAll('`', '``')}\``);
      const [rows] = await session.query<RowDataPacket[]>(text);
      return rows;
    },
    close: async () => {
      session.destroy();
      await server.stop();
    },
  };
}
