import { setTimeout as pause } from 'node:timers/promises';
import { heartbeatInterval } from '../../recovery/cadence';
import type { Beat, HeartbeatRecord, ReplayRecord, RoleRecord } from '../../recovery/control';
import { controlKeys } from '../../recovery/sites';
import { deployedContract } from '../control/deployed-contract';
import { Witnesses } from '../control/witnesses';
import { AgeWatch } from './age-watch';
import { KeeperCache } from './cache';
import { KeeperDatabase } from './database';
import { reportFenced } from './fence';
import { Followers } from './followers';
import { LatestWriter } from './latest-writer';
import { ChangeLog, log } from './log';
import { settleRole } from './role';
import { seedCache } from './seed-cache';
import type { KeeperSettings } from './settings';

/** The database that decides what a site is; the others follow its beats. */
const firstDataset = 'postgres';

/** How often the keeper looks what its database is, so that a promotion is noticed well within a beat. */
const lookEveryMs = 1_000;

/**
 * Stands beside the database of a site, whatever its role. On the active site it beats, rebuilds a cold
 * cache and fences the site when another one has taken over; on a standby it reports what has been
 * replayed. Beside all that it says how old the site's recovery points are.
 */
export class Keeper {
  private readonly database: KeeperDatabase;
  private readonly followers: Followers;
  private readonly cache: KeeperCache;
  private readonly witnesses: Witnesses;
  private readonly beats: readonly LatestWriter<HeartbeatRecord>[];
  private readonly replays: LatestWriter<ReplayRecord>;
  private readonly ages: AgeWatch;
  private readonly changes = new ChangeLog();

  private standby: boolean | null = null;
  private role: RoleRecord | null = null;
  private settling = false;
  private seeding = false;
  /** Epoch for which this database has been found to take writes from everybody. */
  private openedEpoch: number | null = null;
  private seededEpoch: number | null = null;
  /** Set when the database has been made read-only by this process. */
  private fenced = false;
  private nextReportAt = 0;
  private nextSettleAt = 0;
  private readonly stopped = new AbortController();

  constructor(private readonly settings: KeeperSettings) {
    this.database = new KeeperDatabase(settings.database);
    this.followers = new Followers(settings.followers, this.changes);
    this.cache = new KeeperCache(settings.cache);
    this.witnesses = new Witnesses(settings.witnesses);
    this.beats = this.witnesses.buckets.map((bucket) => this.writer(bucket, controlKeys.heartbeat));
    this.replays = this.writer(this.ownBucket, controlKeys.replay);
    this.ages = new AgeWatch(() => deployedContract(this.ownBucket, settings.site), this.changes);
  }

  /** Runs until `stop`. Whatever is away, it goes on: a keeper that dies cannot fence. */
  async run(): Promise<void> {
    log('keeper-started', { site: this.settings.site });
    // Beside everything else: a vault that hangs holds up no beat and no fence.
    void this.ages.run(this.stopped.signal);
    while (!this.stopped.signal.aborted) {
      const startedAt = Date.now();
      try {
        await this.look();
        this.changes.note('database', null);
      } catch (error) {
        this.changes.note('database', error);
      }
      const left = Math.max(0, startedAt + lookEveryMs - Date.now());
      await pause(left, undefined, { signal: this.stopped.signal }).catch(() => undefined);
    }
    this.cache.close();
    this.witnesses.close();
    await Promise.all([this.database.close(), this.followers.close()]);
  }

  stop(): void {
    this.stopped.abort();
  }

  private async look(): Promise<void> {
    const standby = await this.database.isStandby();
    if (standby !== this.standby) {
      log(standby ? 'database-is-standby' : 'database-takes-writes');
      // A promotion is told at once, not with the next report that was due for the standby.
      this.nextReportAt = 0;
    }
    this.standby = standby;
    if (!standby && (this.role === null || Date.now() >= this.nextSettleAt)) void this.settle();
    if (Date.now() < this.nextReportAt) return;
    if (standby) await this.reportReplay();
    else if (await this.superseded()) await this.fence();
    else await this.beat();
  }

  /** Learns the agreed role beside the beats, which must not wait for a region that is away. */
  private async settle(): Promise<void> {
    if (this.settling) return;
    this.settling = true;
    this.nextSettleAt = Date.now() + heartbeatInterval.ms;
    try {
      const { site, generation } = this.settings;
      const role = await settleRole(this.witnesses, site, generation, this.standby === false && !this.fenced);
      if (role !== null && role.epoch !== this.role?.epoch) {
        log('role', { epoch: role.epoch, activeSite: role.activeSite });
        // A new epoch is acted on at the next look, not at the next beat.
        this.nextReportAt = 0;
      }
      this.role = role ?? this.role;
    } finally {
      this.settling = false;
    }
  }

  /** Two witnesses name another site with an epoch that this database has never heard of. */
  private async superseded(): Promise<boolean> {
    const { role } = this;
    if (role === null || role.activeSite === this.settings.site) return false;
    return role.epoch > ((await this.database.newestBeat())?.epoch ?? 0);
  }

  private async beat(): Promise<void> {
    const { role } = this;
    if (role?.activeSite !== this.settings.site) return;
    this.scheduleNext();
    if (this.openedEpoch !== role.epoch && (await this.database.allowWrites()))
      log('fence-lifted', { epoch: role.epoch });
    this.openedEpoch = role.epoch;
    const beat = await this.database.beat(this.settings.site, role.epoch, new Date());
    await this.followers.note(this.settings.site, beat);
    const record = this.record(beat, false);
    for (const writer of this.beats) writer.offer(record);
    void this.seed(role.epoch);
  }

  private async fence(): Promise<void> {
    this.scheduleNext();
    if (!this.fenced) {
      await this.database.makeReadOnly();
      this.fenced = true;
      log('fenced', { epoch: this.role?.epoch });
    }
    const own = await this.database.newestBeat();
    if (own === null) return;
    await reportFenced(this.witnesses, this.record(own, true));
  }

  private async reportReplay(): Promise<void> {
    this.scheduleNext();
    const beat = await this.database.newestBeat();
    await this.followers.look();
    this.replays.offer({
      version: 2,
      site: this.settings.site,
      databases: { [firstDataset]: beat, ...this.followers.beats },
      reportedAt: new Date().toISOString(),
    });
  }

  private async seed(epoch: number): Promise<void> {
    if (this.seeding) return;
    this.seeding = true;
    try {
      // Asked with every beat: a cache that was restarted empty is cold again.
      const count = await seedCache(this.database, this.cache, epoch);
      if (this.seededEpoch !== epoch) this.nextReportAt = 0;
      this.seededEpoch = epoch;
      if (count !== null) log('cache-rebuilt', { epoch, sessions: count });
      this.changes.note('cache', null);
    } catch (error) {
      this.changes.note('cache', error);
    } finally {
      this.seeding = false;
    }
  }

  private record(beat: Beat, fenced: boolean): HeartbeatRecord {
    const { site } = this.settings;
    const databases = { [firstDataset]: beat, ...this.followers.beats };
    return { version: 2, site, ...beat, databases, fenced, cacheSeededEpoch: this.seededEpoch };
  }

  private scheduleNext(): void {
    this.nextReportAt = Date.now() + heartbeatInterval.ms - lookEveryMs / 2;
  }

  private get ownBucket() {
    const [own] = this.witnesses.buckets;
    if (own === undefined) throw new Error('the keeper has no control bucket');
    return own;
  }

  private writer<T extends object>(bucket: Keeper['ownBucket'], key: string): LatestWriter<T> {
    return new LatestWriter<T>(bucket, key, (error) => {
      this.changes.note(`${key} in ${bucket.witness.region}`, error);
    });
  }
}
