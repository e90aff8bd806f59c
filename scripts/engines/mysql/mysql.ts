import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import type { Census } from '../../catalogue/census';
import type { Manifest, PointKind } from '../../catalogue/manifest';
import type { MysqlManaged, MysqlServer } from '../../settings/datasets';
import type {
  Damage,
  Engine,
  OpenedCopy,
  RestorePlan,
  RestoreRequest,
  SourceIdentity,
  TakenPoint,
  Work,
} from '../engine';
import { accessOf, withSession } from './access';
import { fetchLog } from './binlog-fetch';
import { streamBinlog, type StreamOptions } from './binlog-stream';
import { installData, refuseRunning } from './install-data';
import { installManaged, refuseUsed } from './install-managed';
import { restoreArchive } from './legacy-archive';
import { logicalBackup } from './logical-backup';
import { logEnd } from './log-history';
import { shipLog } from './log-point';
import { openCopy } from './opened-copy';
import { physicalBackup } from './physical-backup';
import { planRestore } from './plan';
import { restorePoint } from './restore-point';
import { factsOf, identify } from './source-facts';
import { verifyPoint } from './verify';

/** The PMS's database: MariaDB 10.11, or MySQL 8.4 by logical copies. */
export class MysqlEngine implements Engine {
  readonly name = 'mysql';

  constructor(private readonly settings: MysqlServer | MysqlManaged) {}

  identify(_work: Work): Promise<SourceIdentity> {
    return identify(accessOf(this.settings));
  }

  async backUp(id: string, kind: PointKind, work: Work): Promise<{ point: TakenPoint; census: Census | null }> {
    if (kind === 'log') return { point: await this.log(id, work), census: null };
    if (kind === 'incremental') {
      throw new AgenteError(
        'argument-invalid',
        'the PMS has no incremental copies',
        'Take kind log: the binary log holds every change between two full copies.',
      );
    }
    const { settings } = this;
    return settings.kind === 'server' ? physicalBackup(id, settings, work) : logicalBackup(id, settings, work);
  }

  followLog(publish: StreamOptions['publish'], work: Work): Promise<void> {
    return streamBinlog({ settings: this.settings, work, publish });
  }

  verify(point: Manifest, work: Work): Promise<Damage[]> {
    return verifyPoint(point, work);
  }

  planRestore(request: RestoreRequest, work: Work): Promise<RestorePlan> {
    return planRestore(request, work);
  }

  restore(plan: RestorePlan, folder: string, work: Work): Promise<void> {
    return restorePoint(plan, folder, work);
  }

  /** What hotels held before there were recovery points. */
  restoreArchive(archive: string, folder: string, work: Work): Promise<void> {
    return restoreArchive(archive, folder, this.settings.database, work);
  }

  open(folder: string, work: Work): Promise<OpenedCopy> {
    return openCopy(folder, this.settings.database, this.settings.freshness, work);
  }

  checkTarget(_work: Work): Promise<void> {
    const { settings } = this;
    if (settings.kind === 'server') return refuseRunning(settings);
    return withSession(settings, (session) => refuseUsed(session, settings.database));
  }

  async install(folder: string, work: Work): Promise<{ previous: string | null }> {
    const { settings } = this;
    const previous =
      settings.kind === 'server'
        ? await installData(folder, settings, work)
        : await installManaged(folder, settings, work);
    return { previous };
  }

  private async log(id: string, work: Work): Promise<TakenPoint> {
    const access = accessOf(this.settings);
    const facts = await factsOf(access);
    const end = await logEnd(work);
    if (end === null) throw noCopy(work);
    const reaches = work.now();
    const folder = path.join(work.folder, 'log');
    const files = await fetchLog(access, facts, end, { folder, signal: work.signal });
    return shipLog({ id, end, facts, files, reaches }, work);
  }
}

export const mysqlEngine = (settings: MysqlServer | MysqlManaged): MysqlEngine => new MysqlEngine(settings);

export function noCopy(work: Work): AgenteError {
  return new AgenteError(
    'recovery-point-missing',
    `${work.catalogue.dataset} has no full copy in ${work.lineage} that a piece of log could be replayed on`,
    'Take a full copy first.',
  );
}
