import type { Manifest, PointKind } from '../../catalogue/manifest';
import type { PostgresServer } from '../../settings/datasets';
import type { Damage, Engine, OpenedCopy, RestorePlan, RestoreRequest, SourceIdentity, Work } from '../engine';
import { installData, refuseRunningServer } from './install-data';
import { restoreLegacyArchive } from './legacy-archive';
import { PostgresCopy } from './opened-copy';
import { expire, physicalBackup } from './physical-backup';
import { physicalPlan } from './physical-plan';
import { physicalRestore } from './physical-restore';
import { physicalVerify } from './physical-verify';
import { prepareServer } from './prepare-server';
import { RestoreFolder } from './restore-folder';
import { serverFacts } from './server-facts';
import { homeOf, type PostgresOptions } from './server-options';
import { localAccess, valueOf, withSession } from './session';

/** A PostgreSQL of our own: physical backups and its log, by pgBackRest. */
export class PostgresServerEngine implements Engine {
  readonly name = 'postgres';

  constructor(
    private readonly server: PostgresServer,
    private readonly options: PostgresOptions,
  ) {}

  async identify(): Promise<SourceIdentity> {
    return withSession(localAccess(this.server, this.server.database), async (session) => {
      const { systemIdentifier, timeline } = await serverFacts(session);
      const clock = await valueOf<Date>(session, 'SELECT clock_timestamp()');
      const bytes = Number(await valueOf<string>(session, 'SELECT sum(pg_database_size(oid)) FROM pg_database'));
      return { identity: systemIdentifier, timeline, clock, bytes };
    });
  }

  backUp(id: string, kind: PointKind, work: Work) {
    return physicalBackup(this.server, this.options, { id, kind, work });
  }

  verify(point: Manifest, work: Work): Promise<Damage[]> {
    return physicalVerify(this.server, this.options, point, work);
  }

  planRestore(request: RestoreRequest, work: Work): Promise<RestorePlan> {
    return physicalPlan(request, this.withHome(work));
  }

  async restore(plan: RestorePlan, folder: string, work: Work): Promise<void> {
    await physicalRestore(plan, new RestoreFolder(folder), this.withHome(work));
  }

  async restoreArchive(file: string, folder: string, work: Work): Promise<void> {
    await restoreLegacyArchive(file, new RestoreFolder(folder), { database: this.server.database, work });
  }

  async open(folder: string, work: Work): Promise<OpenedCopy> {
    const restored = new RestoreFolder(folder);
    const { reached } = restored.state();
    const { database } = this.server;
    return PostgresCopy.open(restored, { database, reached: reached === null ? null : new Date(reached), work });
  }

  async checkTarget(): Promise<void> {
    await refuseRunningServer(this.server);
  }

  async forget(point: Manifest, work: Work): Promise<void> {
    const { pgbackrest } = await prepareServer(this.server, this.options, work);
    const label = point.positions['label'] ?? '';
    const { backups } = await pgbackrest.backups();
    if (backups.some((backup) => backup.label === label)) await expire(pgbackrest, label);
  }

  install(folder: string, work: Work): Promise<{ previous: string | null }> {
    return installData(this.server, new RestoreFolder(folder), work);
  }

  private withHome(work: Work) {
    return { home: homeOf(this.server, this.options), work };
  }
}
