import type { RestorePlan, Work } from '../engine';
import { AgenteError } from '../../../recovery/errors';
import { openSealed } from '../../archive/sealed';
import { rawFiles } from './binlog-fetch';
import { checkServerHere, dialectOf } from './dialect';
import { asDiskFull } from './disk-full';
import { loadDump, withLoadedServer } from './logical-restore';
import { baseOf } from './log-history';
import { restorePhysical, settingsOf } from './physical-restore';
import { replay } from './replay';
import { RestoreFolder, unfinishedSpace } from './restore-folder';
import { damaged } from './damaged';
import { startThrowaway, type Throwaway } from './throwaway-server';

/** Makes the state of a plan in an empty folder. */
export async function restorePoint(plan: RestorePlan, root: string, work: Work): Promise<void> {
  const folder = new RestoreFolder(root);
  const base = plan.points[0];
  if (base === undefined)
    throw new AgenteError('recovery-point-missing', 'the plan has no recovery point', 'Plan again.');
  await checkServerHere(base.source.serverVersion, work.signal);
  folder.begin();
  try {
    const from = baseOf(base);
    const logs = plan.points.slice(1);
    const play = async (server: Throwaway): Promise<void> => {
      const { target, logFolder } = plan.request;
      const loose = logFolder === null || target.to === 'point' ? [] : rawFiles(logFolder);
      if (logs.length === 0 && loose.length === 0) return;
      if (from === null) throw damaged(base.id, 'it knows no place in the log to replay from');
      const dialect = dialectOf(base.source.serverVersion);
      await replay(work, server, { base, from, logs, loose, target, folder: folder.logs, dialect });
    };
    if (base.method === 'mariadb-backup') {
      await restorePhysical(base, folder, work);
      const server = await startThrowaway(folder.unfinished, folder.home, {
        settings: settingsOf(folder.unfinished, unfinishedSpace),
        signal: work.signal,
      });
      await play(server).finally(() => server.stop());
    } else {
      await withLoadedServer(folder, work, async (server) => {
        const [file] = base.files;
        if (file === undefined) throw damaged(base.id, 'it has no files');
        await loadDump(file.path, openSealed(work, base, file), base.positions['database'] ?? 'qloapps', server, work);
        await play(server);
      });
    }
    folder.finish({ reached: plan.reaches.toISOString(), serverVersion: base.source.serverVersion });
  } catch (error) {
    folder.clear();
    throw asDiskFull(error, root);
  }
}
