import { z } from 'zod';
import { duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import { identityOf, runs } from '../process-identity';
import type { Vault } from '../vault/vault';

const leaseRecord = z.strictObject({
  version: z.literal(1),
  holder: z.strictObject({ host: z.string(), pid: z.int(), start: z.string() }),
  what: z.string(),
  since: z.iso.datetime(),
  /** On the holder's clock. */
  expiresAt: z.iso.datetime().nullable(),
});
type LeaseRecord = z.infer<typeof leaseRecord>;

/** Dead for so long before another host may take over; clocks of two hosts may differ by a part of it. */
const timeToLive = duration('90s');
const renewal = duration('20s');
/** Beyond this, instants of two hosts cannot be compared: recovery points would lie about their times. */
const mostSkew = duration('10s');

/** A log that is followed for ever must not keep full copies away, and they keep nothing of it. */
export type Leased = 'points' | 'log';

export const leaseKey = (dataset: string, leased: Leased = 'points'): string =>
  `${dataset}/${leased === 'log' ? 'log-lease' : 'lease'}.json`;

/** The right to write the history of one dataset, or its log; while it is held, no other host or process does. */
export class Lease {
  private readonly timer: NodeJS.Timeout;
  private readonly lost = new AbortController();

  private constructor(
    private readonly vault: Vault,
    private readonly key: string,
    private record: LeaseRecord,
    private version: string,
  ) {
    this.timer = setInterval(() => void this.renew(), renewal.ms);
    this.timer.unref();
  }

  /**
   * @param what what it is for, told to whoever is refused: `backup full`.
   * @throws AgenteError backup-running naming the holder, clock-skew.
   */
  static async take(vault: Vault, dataset: string, what: string, leased: Leased = 'points'): Promise<Lease> {
    const key = leaseKey(dataset, leased);
    const before = await vault.readRecord(key);
    if (before !== null) refuseLive(dataset, leaseRecord.parse(JSON.parse(before.text)));
    const now = new Date();
    const record: LeaseRecord = {
      version: 1,
      holder: { ...identityOf() },
      what,
      since: now.toISOString(),
      expiresAt: expiry(now),
    };
    const version = await vault.writeRecord(
      key,
      JSON.stringify(record),
      before === null ? 'absent' : { over: before.version },
    );
    if (version === null) throw running(dataset, 'somebody who was a moment faster');
    await refuseSkew(vault, key, now);
    return new Lease(vault, key, record, version);
  }

  /** Aborts when the lease is lost: whoever holds it must stop writing. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  /** Ends it; what is left behind says that nobody holds it, because a backup may not delete. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    if (this.lost.signal.aborted) return;
    await this.vault.writeRecord(this.key, JSON.stringify({ ...this.record, expiresAt: null }), { over: this.version });
  }

  private async renew(): Promise<void> {
    try {
      const record = { ...this.record, expiresAt: expiry(new Date()) };
      const version = await this.vault.writeRecord(this.key, JSON.stringify(record), { over: this.version });
      if (version === null) this.lose('somebody else has it');
      else {
        this.record = record;
        this.version = version;
      }
    } catch {
      // A store that is away for a moment takes nothing from us; another host waits out the time to live.
      if (Date.now() > Date.parse(this.record.expiresAt ?? '')) this.lose('the vault did not answer in time');
    }
  }

  private lose(why: string): void {
    clearInterval(this.timer);
    const hint = 'Run the command again; it takes the lease anew.';
    this.lost.abort(new AgenteError('lease-lost', `the lease ${this.key} is lost: ${why}`, hint));
  }
}

const expiry = (now: Date): string => new Date(now.getTime() + timeToLive.ms).toISOString();

function refuseLive(dataset: string, { holder, what, since, expiresAt }: LeaseRecord): void {
  if (expiresAt === null) return;
  const running_ = runs(holder);
  if (running_ === false || (running_ === null && Date.parse(expiresAt) < Date.now())) return;
  throw running(dataset, `${what} on ${holder.host} (pid ${String(holder.pid)}) since ${since}`);
}

function running(dataset: string, who: string): AgenteError {
  return new AgenteError(
    'backup-running',
    `${dataset} is being written by ${who}`,
    'Wait until it ends. A dead host gives its lease up after 90 s.',
  );
}

/** The store's clock judges ours. */
async function refuseSkew(vault: Vault, key: string, now: Date): Promise<void> {
  const stored = await vault.head(key);
  if (stored === null) return;
  const skew = Math.abs(stored.modified.getTime() - now.getTime());
  if (skew <= mostSkew.ms) return;
  throw new AgenteError(
    'clock-skew',
    `the clock of this host and that of the vault differ by ${String(Math.round(skew / 1_000))} s`,
    'Set the clock (chronyc makestep), then run the command again.',
  );
}
