import { randomUUID } from 'node:crypto';
import * as os from 'node:os';
import { journalLease } from '../../recovery/cadence';
import { journalRecord, type JournalRecord } from '../../recovery/control';
import { AgenteError } from '../../recovery/errors';
import { controlKeys } from '../../recovery/sites';
import { identityOf, runs } from '../process-identity';
import type { Condition, ControlBucket } from './control-bucket';

type Lease = JournalRecord['lease'];
export type NewJournal = Omit<JournalRecord, 'version' | 'lease' | 'finishedAt' | 'pulumi' | 'steps'>;
export type Change = Partial<Omit<JournalRecord, 'version' | 'lease'>>;

/** The journal as it lies in the bucket; null when there never was one. */
export interface StoredJournal {
  readonly record: JournalRecord;
  readonly etag: string;
}

/** @throws AgenteError store-unreachable: without its journal a failover may not act. */
export async function readJournal(bucket: ControlBucket): Promise<StoredJournal | null> {
  const reading = await bucket.read(controlKeys.journal, journalRecord);
  if (reading.state === 'absent') return null;
  if (reading.state === 'value') return { record: reading.value, etag: reading.etag };
  throw new AgenteError(
    'store-unreachable',
    `cannot read the failover journal in ${bucket.witness.bucket}: ${reading.reason}`,
    'Check the credentials and the way to that region, then run the command again.',
  );
}

/** Whether the process that holds a lease may still act. */
export function mayAct(lease: Lease, now: Date): boolean {
  if (Date.parse(lease.expiresAt) <= now.getTime()) return false;
  return runs({ host: lease.host, pid: lease.pid, start: lease.owner.split('/')[0] ?? '' }) ?? true;
}

/**
 * One orchestrator's hold on the journal: who writes it holds the lease. Every write is conditional on
 * the version before, so a second writer is noticed by the first at its next write, and that one must
 * stop at once: `signal` is aborted with `lease-lost`.
 */
export class Journal {
  private readonly lost = new AbortController();
  private queue: Promise<unknown> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly bucket: ControlBucket,
    private readonly owner: string,
    private current: JournalRecord,
    private etag: string,
  ) {
    this.timer = setInterval(() => void this.renew(), Math.floor(journalLease.ms / 3));
    this.timer.unref();
  }

  /**
   * Starts a journal, in place of one that is finished.
   * @throws AgenteError failover-running when another orchestrator was quicker, store-unreachable.
   */
  static begin(bucket: ControlBucket, start: NewJournal, before: StoredJournal | null): Promise<Journal> {
    if (before !== null && before.record.finishedAt === null) throw new Error('the journal is open: take it over');
    const record = { ...start, version: 1 as const, finishedAt: null, pulumi: [], steps: [] };
    return Journal.take(bucket, record, before === null ? 'absent' : { over: before.etag });
  }

  /**
   * Goes on with an open journal whose orchestrator may not act any more.
   * @throws AgenteError failover-running when it may, or when somebody else was quicker.
   */
  static async takeOver(bucket: ControlBucket, stored: StoredJournal): Promise<Journal> {
    if (mayAct(stored.record.lease, new Date())) throw running(stored.record.lease);
    return await Journal.take(bucket, stored.record, { over: stored.etag });
  }

  private static async take(
    bucket: ControlBucket,
    record: Omit<JournalRecord, 'lease'>,
    condition: Condition,
  ): Promise<Journal> {
    // The start tells this process from a later one with its pid, the random part this run from another.
    const owner = `${identityOf().start}/${randomUUID()}`;
    const taken: JournalRecord = { ...record, lease: leaseOf(owner) };
    const etag = await bucket.write(controlKeys.journal, taken, condition);
    if (etag === null) throw running((await readJournal(bucket))?.record.lease ?? null);
    return new Journal(bucket, owner, taken, etag);
  }

  get record(): JournalRecord {
    return this.current;
  }

  /** Aborted with an AgenteError `lease-lost` when this orchestrator may not act any more. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  /** @throws AgenteError lease-lost, store-unreachable. */
  change(change: Change): Promise<void> {
    return this.write((record) => ({ ...record, ...change }));
  }

  /** Gives the lease back; the journal stays open unless it was finished. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    if (this.lost.signal.aborted) return;
    await this.write((record) => record, new Date(0)).catch(() => undefined);
  }

  private async renew(): Promise<void> {
    try {
      await this.write((record) => record);
    } catch {
      // A store that is away is borne for as long as the lease lasts; a lost lease has aborted already.
      if (Date.parse(this.current.lease.expiresAt) <= Date.now()) this.loseLease('could not be renewed in time');
    }
  }

  /** One write after the other: each is conditional on the etag of the one before. */
  private write(next: (record: JournalRecord) => JournalRecord, expiresAt?: Date): Promise<void> {
    const turn = this.queue.then(async () => {
      this.lost.signal.throwIfAborted();
      const record = { ...next(this.current), lease: leaseOf(this.owner, expiresAt) };
      const etag = await this.bucket.write(controlKeys.journal, record, { over: this.etag });
      if (etag === null) throw this.loseLease('was taken over');
      this.current = record;
      this.etag = etag;
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private loseLease(how: string): AgenteError {
    clearInterval(this.timer);
    const error = new AgenteError(
      'lease-lost',
      `the lease of failover ${this.current.incident} ${how}`,
      'Run `agente-dr status` to see who goes on with it.',
    );
    this.lost.abort(error);
    return error;
  }
}

function leaseOf(owner: string, expiresAt = new Date(Date.now() + journalLease.ms)): Lease {
  return { owner, host: os.hostname(), pid: process.pid, expiresAt: expiresAt.toISOString() };
}

function running(lease: Lease | null): AgenteError {
  const who = lease === null ? 'another process' : `process ${String(lease.pid)} on ${lease.host}`;
  return new AgenteError(
    'failover-running',
    `${who} is carrying out a failover${lease === null ? '' : `, its lease ends at ${lease.expiresAt}`}`,
    'Watch it with `agente-dr status`; when it has died, run the command again after its lease has ended.',
  );
}
