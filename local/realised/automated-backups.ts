import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { setTimeout as pause } from 'node:timers/promises';
import { escapeLiteral } from 'pg';
import type { RegionStatus } from '../api';
import type { RegionContext } from '../supervisor/part';
import type { Cluster } from './postgres/cluster';
import { Repository, repositoryBucket } from './postgres/repository';
import { valueOf, withSession } from './postgres/session';
import { storeClient, storePort } from './store-client';

const retryMs = 5_000;
const checkEveryMs = 3_600_000;
const backupEveryMs = 24 * 3_600_000;
/** How long an answer about the newest restorable time may be old, and how long a caller waits for a new one. */
const freshMs = 3_000;
const patienceMs = 1_500;

/** Backups and WAL of one database, kept in the background: nothing ever waits for them. */
class Keeping {
  readonly repository: Repository;
  restorable: Date | null = null;
  state: 'starting' | 'running' | 'failed' = 'starting';
  trouble = '';
  private readonly ending = new AbortController();
  private asked: { at: number; answer: Promise<void> } | null = null;
  private seenSegment = '';

  constructor(
    private readonly context: RegionContext,
    private readonly cluster: Cluster,
    private retentionDays: number,
  ) {
    this.repository = new Repository(context, cluster);
  }

  setRetention(days: number): void {
    if (days === this.retentionDays) return;
    this.retentionDays = days;
    this.repository.configure(days);
  }

  end(): void {
    this.ending.abort();
  }

  /** Runs until ended: opens the archive, takes the first backup, then one a day. */
  async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      const wait = await this.step().then(
        () => checkEveryMs,
        (error: unknown) => {
          this.complain(error);
          return retryMs;
        },
      );
      await pause(wait, undefined, { signal: this.ending.signal, ref: false }).catch(() => undefined);
    }
  }

  /** Looks how far a recovery could reach, at most every few seconds and without keeping the caller waiting long. */
  async refresh(): Promise<void> {
    if (this.asked === null || Date.now() - this.asked.at > freshMs) {
      const answer = this.look().catch((error: unknown) => {
        this.context.log(`restorable time unknown: ${String(error)}`);
      });
      this.asked = { at: Date.now(), answer };
    }
    await Promise.race([this.asked.answer, pause(patienceMs, undefined, { ref: false })]);
  }

  private async step(): Promise<void> {
    await this.openArchive();
    const { lastBackup } = await this.repository.info();
    if (lastBackup === null || Date.now() - lastBackup.getTime() > backupEveryMs) await this.repository.backUp();
    await this.look();
    this.state = 'running';
    this.trouble = '';
  }

  private async openArchive(): Promise<void> {
    const store = storeClient(this.context.machine, this.context.region, {
      host: this.context.address,
      port: storePort(this.context.machine),
    });
    await store
      .send(new CreateBucketCommand({ Bucket: repositoryBucket(this.context.region) }))
      .catch((error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'BucketAlreadyOwnedByYou') throw error;
      });
    store.destroy();
    this.repository.configure(this.retentionDays);
    await this.repository.open();
    await withSession(this.cluster, async (session) => {
      await session.query(`ALTER SYSTEM SET archive_command = ${escapeLiteral(this.repository.archiveCommand)}`);
      await session.query('SELECT pg_reload_conf()');
      // Until the first checkpoint after a promotion pg_control names the old timeline, and pgBackRest refuses that.
      await session.query('CHECKPOINT');
    });
  }

  /** The newest instant that the repository itself proves: end of a backup, or last commit of a segment that lies in it. */
  private async look(): Promise<void> {
    const archived = await withSession(this.cluster, (session) =>
      valueOf<string | null>(session, 'SELECT last_archived_wal FROM pg_stat_archiver'),
    );
    const segment = /^[0-9A-F]{24}/.exec(archived ?? '')?.[0] ?? '';
    if (segment === this.seenSegment && this.restorable !== null) return;
    const { lastBackup, lastSegment } = await this.repository.info();
    if (lastBackup === null) return;
    const reached = segment !== '' && lastSegment !== null && lastSegment >= segment;
    const commit = reached ? await this.repository.lastCommit(segment) : null;
    const known = [this.restorable, lastBackup, commit].filter((instant) => instant !== null);
    this.restorable = new Date(Math.max(...known.map((instant) => instant.getTime())));
    if (reached) this.seenSegment = segment;
  }

  private complain(error: unknown): void {
    if (this.ending.signal.aborted) return;
    this.state = 'failed';
    this.trouble = error instanceof Error ? error.message : String(error);
    this.context.log(`automated backups of ${this.cluster.identifier}: ${this.trouble}`);
  }
}

/** RDS's automated backups: pgBackRest into the region's own store, encrypted before it leaves the server. */
export class AutomatedBackups {
  private readonly kept = new Map<string, Keeping>();

  constructor(private readonly context: RegionContext) {}

  /** Keeps backups of a database for that many days; 0 days means none. Returns at once. */
  keep(cluster: Cluster, retentionDays: number): void {
    const known = this.kept.get(cluster.identifier);
    if (retentionDays === 0) {
      this.cease(cluster.identifier);
    } else if (known !== undefined) {
      known.setRetention(retentionDays);
    } else {
      const keeping = new Keeping(this.context, cluster, retentionDays);
      this.kept.set(cluster.identifier, keeping);
      void keeping.run();
    }
  }

  cease(identifier: string): void {
    this.kept.get(identifier)?.end();
    this.kept.delete(identifier);
  }

  async refresh(identifier: string): Promise<void> {
    await this.kept.get(identifier)?.refresh();
  }

  latestRestorableTime(identifier: string): string | null {
    return this.kept.get(identifier)?.restorable?.toISOString() ?? null;
  }

  status(): RegionStatus['parts'] {
    return [...this.kept].map(([name, { state, restorable, trouble }]) => {
      const reach = restorable === null ? 'no backup yet' : `restorable until ${restorable.toISOString()}`;
      return { kind: 'automated backups', name, state, pid: null, detail: trouble === '' ? reach : trouble };
    });
  }

  stop(): void {
    for (const keeping of this.kept.values()) keeping.end();
  }
}
