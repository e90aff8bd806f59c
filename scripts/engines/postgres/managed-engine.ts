import { damagesOf } from '../../archive/sealed';
import type { Manifest, PointKind } from '../../catalogue/manifest';
import type { PostgresManaged } from '../../settings/datasets';
import type { Damage, Engine, OpenedCopy, RestorePlan, RestoreRequest, SourceIdentity, Work } from '../engine';
import { managedBackup } from './managed-backup';
import { installManaged, refuseSessions } from './managed-install';
import { managedPlan, managedRestore } from './managed-restore';
import { PostgresCopy } from './opened-copy';
import { RestoreFolder } from './restore-folder';
import type { PostgresOptions } from './server-options';
import { managedAccess, withSession } from './session';

/** A PostgreSQL that somebody else runs (RDS): logical copies, off-site and for long. */
export class PostgresManagedEngine implements Engine {
  readonly name = 'postgres';

  constructor(
    private readonly server: PostgresManaged,
    private readonly options: PostgresOptions,
  ) {}

  async identify(): Promise<SourceIdentity> {
    return withSession(managedAccess(this.server), async (session) => {
      const { rows } = await session.query<{ identity: string; clock: Date; bytes: string }>(
        `SELECT system_identifier::text AS identity, clock_timestamp() AS clock,
           pg_database_size(current_database())::text AS bytes FROM pg_control_system()`,
      );
      const { identity = '', clock = null, bytes } = rows[0] ?? {};
      return { identity, timeline: 0, clock, bytes: Number(bytes) };
    });
  }

  backUp(id: string, kind: PointKind, work: Work) {
    return managedBackup(this.server, { id, kind, work });
  }

  verify(point: Manifest, work: Work): Promise<Damage[]> {
    return damagesOf(work, point);
  }

  planRestore(request: RestoreRequest, work: Work): Promise<RestorePlan> {
    return managedPlan(request, work);
  }

  async restore(plan: RestorePlan, folder: string, work: Work): Promise<void> {
    await managedRestore(plan, new RestoreFolder(folder), work);
  }

  async open(folder: string, work: Work): Promise<OpenedCopy> {
    const restored = new RestoreFolder(folder);
    const { reached } = restored.state();
    const { database } = this.server;
    return PostgresCopy.open(restored, { database, reached: reached === null ? null : new Date(reached), work });
  }

  async checkTarget(): Promise<void> {
    await withSession(managedAccess(this.server, 'postgres'), (session) =>
      refuseSessions(this.server, session, this.options),
    );
  }

  install(folder: string, work: Work): Promise<{ previous: string | null }> {
    return installManaged(this.server, this.options, { folder: new RestoreFolder(folder), work });
  }
}
