import { storeSealed } from '../../archive/sealed';
import type { Census } from '../../catalogue/census';
import type { MysqlManaged } from '../../settings/datasets';
import type { TakenPoint, Work } from '../engine';
import { defaultsFile } from './access';
import { between } from './census';
import { DumpStream } from './dump-stream';
import { dumpArguments, judgeDump } from './dump-program';
import { historyFor } from './history-check';
import { programOutput } from '../../programs/program-output';
import { openSnapshot } from './snapshot';
import { factsOf } from './source-facts';

/** A logical copy of a database that somebody else runs, in one snapshot, streamed into the vault. */
export async function logicalBackup(
  id: string,
  settings: MysqlManaged,
  work: Work,
): Promise<{ point: TakenPoint; census: Census }> {
  const facts = await factsOf(settings);
  const { dialect, source } = facts;
  const history = await historyFor(settings, facts, work);
  const snapshot = await openSnapshot(settings, settings.database, dialect);
  try {
    const from = work.now();
    const args = [defaultsFile(work.folder, settings, dialect), ...dumpArguments(dialect, settings.database)];
    const step = work.progress.begin('copying mysql', null);
    // The dump has its own snapshot once it writes the first table; then the lock may go.
    const dump = new DumpStream(
      () => snapshot.unlock(),
      (bytes) => step.advance(bytes),
    );
    const output = programOutput(dialect.dump, args, { signal: work.signal, judge: judgeDump });
    const file = await storeSealed(work, id, 'dump.sql.zst.age', dump.through(output)).finally(() => step.end());
    const to = work.now();
    const counted = await snapshot.count(settings.freshness, from);
    const census = snapshot.locked ? counted : between(counted, await snapshot.countAgain(settings.freshness, to));
    if (!snapshot.locked)
      work.progress.say(
        'this user may not lock the tables for a moment: the rows were counted before and after the copy instead',
      );
    return {
      census,
      point: {
        method: dialect.dump,
        kind: 'full',
        parent: null,
        source,
        positions: { history, database: settings.database, ...snapshot.positions },
        restorable: {
          from: (snapshot.locked ? from : to).toISOString(),
          to: (snapshot.locked ? from : to).toISOString(),
        },
        files: [file],
        size: { data: dump.size, stored: file.size },
        tools: { [dialect.dump]: source.serverVersion },
        encryption: { method: work.encryption.method, keys: [...work.encryption.recipients] },
      },
    };
  } finally {
    await snapshot.close();
  }
}
