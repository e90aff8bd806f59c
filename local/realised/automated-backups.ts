import { setTimeout as pause } from 'node:timers/promises';
import type { RegionStatus } from '../api';
import type { RegionContext } from '../supervisor/part';
import { backupBucket, withBackupStore } from './backup-store';
import { publishWindow } from './backup-window';
import type { Archive, RestoreWindow } from './database-engine';
import type { Instance } from './database-instance';

const retryMs = 5_000;
const tendEveryMs = 3_600_000;
/** How long a caller waits for a new answer about the newest restorable time. */
const patienceMs = 1_500;
const publishEveryMs = 2_000;

/** Backups and log of one database, kept in the background: nothing ever waits for them. */
class Keeping {
  window: RestoreWindow | null = null;
  state: 'starting' | 'running' | 'failed' = 'starting';
  trouble = '';
  private readonly ending = new AbortController();
  private tended = 0;
  private published = 0;
  private looking: Promise<void> | null = null;

  constructor(
    private readonly context: RegionContext,
    private readonly instance: Instance,
    private readonly archive: Archive,
    private retentionDays: number,
  ) {}

  setRetention(days: number): void {
    if (days === this.retentionDays) return;
    this.retentionDays = days;
    this.tended = 0;
  }

  end(): void {
    this.ending.abort();
  }

  /** Runs until ended: takes the first backup, then one a day, and ships the log. */
  async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      const wait = await this.step().then(
        () => this.archive.everyMs,
        (error: unknown) => {
          this.complain(error);
          return retryMs;
        },
      );
      await pause(wait, undefined, { signal: this.ending.signal, ref: false }).catch(() => undefined);
    }
  }

  /** Looks how far a recovery could reach, without keeping the caller waiting long. */
  async refresh(): Promise<void> {
    if (this.tended === 0) return;
    const look = this.look().catch((error: unknown) => {
      this.complain(error);
    });
    await Promise.race([look, pause(patienceMs, undefined, { ref: false })]);
  }

  private async step(): Promise<void> {
    if (Date.now() - this.tended > tendEveryMs) {
      await this.archive.tend(this.retentionDays);
      this.tended = Date.now();
    }
    await this.look();
    this.state = 'running';
    this.trouble = '';
  }

  /** One look at a time; who asks meanwhile gets its answer. */
  private look(): Promise<void> {
    this.looking ??= this.archive
      .reach()
      .then(async (window) => {
        if (window !== null) await this.publish(window);
        this.window = window;
      })
      .finally(() => {
        this.looking = null;
      });
    return this.looking;
  }

  private async publish(window: RestoreWindow): Promise<void> {
    if (Date.now() - this.published < publishEveryMs) return;
    const { region } = this.context;
    await withBackupStore(this.context, (store) =>
      publishWindow(store, backupBucket(region), this.instance.archive, window),
    );
    this.published = Date.now();
  }

  private complain(error: unknown): void {
    if (this.ending.signal.aborted) return;
    const said = error instanceof Error ? error.message : String(error);
    if (said !== this.trouble) this.context.log(`automated backups of ${this.instance.identifier}: ${said}`);
    this.state = 'failed';
    this.trouble = said;
  }
}

/** RDS's automated backups, into the region's own store, closed before they leave the server. */
export class AutomatedBackups {
  private readonly kept = new Map<string, Keeping>();

  constructor(private readonly context: RegionContext) {}

  /** Keeps backups of a database for that many days; 0 days means none. Returns at once. */
  keep(instance: Instance, archive: () => Archive, retentionDays: number): void {
    const { identifier } = instance;
    const known = this.kept.get(identifier);
    if (retentionDays === 0) {
      this.cease(identifier);
    } else if (known !== undefined) {
      known.setRetention(retentionDays);
    } else {
      const keeping = new Keeping(this.context, instance, archive(), retentionDays);
      this.kept.set(identifier, keeping);
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

  windowOf(identifier: string): RestoreWindow | null {
    return this.kept.get(identifier)?.window ?? null;
  }

  status(): RegionStatus['parts'] {
    return [...this.kept].map(([name, { state, window, trouble }]) => {
      const reach = window === null ? 'no backup yet' : `restorable until ${window.latest.toISOString()}`;
      return { kind: 'automated backups', name, state, pid: null, detail: trouble === '' ? reach : trouble };
    });
  }

  stop(): void {
    for (const keeping of this.kept.values()) keeping.end();
  }
}
