import { escapeLiteral } from 'pg';
import { isDue } from '../backup-age';
import { withBackupStore } from '../backup-store';
import type { Archive, RestoreWindow } from '../database-engine';
import type { Instance } from '../database-instance';
import type { RegionContext } from '../../supervisor/part';
import { Repository } from './repository';
import { valueOf, withSession } from './session';

/** A recovery to a moment in the second of a backup's end finds no backup: pgBackRest counts in whole seconds. */
const oneSecondMs = 1_000;

/** Backups and WAL of one database, in its pgBackRest repository. */
export class PostgresArchive implements Archive {
  readonly everyMs = 2_000;
  private readonly repository: Repository;
  private window: RestoreWindow | null = null;
  private seenSegment = '';

  constructor(
    private readonly context: RegionContext,
    private readonly instance: Instance,
  ) {
    this.repository = new Repository(context, instance);
  }

  async tend(retentionDays: number): Promise<void> {
    await withBackupStore(this.context, () => Promise.resolve());
    this.repository.configure(retentionDays);
    await this.repository.open();
    await withSession(this.instance, async (session) => {
      await session.query(`ALTER SYSTEM SET archive_command = ${escapeLiteral(this.repository.archiveCommand)}`);
      await session.query('SELECT pg_reload_conf()');
      // Until the first checkpoint after a promotion pg_control names the old timeline, and pgBackRest refuses that.
      await session.query('CHECKPOINT');
    });
    const { lastBackup } = await this.repository.info();
    if (isDue(lastBackup)) await this.repository.backUp();
  }

  /** What the repository itself proves: end of a backup, or last commit of a segment that lies in it. */
  async reach(): Promise<RestoreWindow | null> {
    const archived = await withSession(this.instance, (session) =>
      valueOf<string | null>(session, 'SELECT last_archived_wal FROM pg_stat_archiver'),
    );
    const segment = /^[0-9A-F]{24}/.exec(archived ?? '')?.[0] ?? '';
    if (segment === this.seenSegment && this.window !== null) return this.window;
    const { firstBackup, lastBackup, lastSegment } = await this.repository.info();
    if (firstBackup === null || lastBackup === null) return null;
    const reached = segment !== '' && lastSegment !== null && lastSegment >= segment;
    const commit = reached ? await this.repository.lastCommit(segment) : null;
    const known = [this.window?.latest ?? null, lastBackup, commit].filter((instant) => instant !== null);
    const latest = new Date(Math.max(...known.map((instant) => instant.getTime())));
    this.window = { earliest: new Date(firstBackup.getTime() + oneSecondMs), latest };
    if (reached) this.seenSegment = segment;
    return this.window;
  }
}
