import { setTimeout as pause } from 'node:timers/promises';
import type { RegionStatus, ReplicationRule } from '../../api';
import type { RegionContext } from '../../supervisor/part';
import type { Position } from './position';
import { copyMarker, copyVersion, listVersions, versionsOf, type Place, type Version } from './versions';

/** Hints of the store are not repeated; a look at the whole bucket finds what they missed. */
const scanEveryMs = 5_000;
/** A bucket that takes long to list is listed less often, so that looking stays a small part of the work. */
const scanShare = 20;
const retryMs = 1_000;
const together = 8;

/** Replication of one bucket: keys that may hold something new, dealt with oldest version first. */
export class BucketReplication {
  private readonly waiting = new Set<string>();
  private readonly ending = new AbortController();
  private wake: () => void = () => undefined;
  private nextScan = 0;
  private trouble = '';
  private newestCopied: Date | null = null;

  constructor(
    private readonly context: RegionContext,
    private readonly source: Place,
    private readonly position: Position,
    private readonly destination: (bucket: string) => Promise<Place>,
    public rules: readonly ReplicationRule[],
  ) {}

  /** Something was written under this key. */
  hint(key: string): void {
    this.waiting.add(key);
    this.wake();
  }

  end(): void {
    this.ending.abort();
    this.wake();
  }

  /** As in S3, only what is written after the rule is copied: what lies there already counts as dealt with. */
  async skipExisting(): Promise<void> {
    for await (const page of listVersions(this.source)) this.position.add(...page.map((version) => version.id));
  }

  async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      try {
        if (Date.now() >= this.nextScan) await this.scan();
        await this.work();
        this.trouble = '';
        if (this.waiting.size === 0) await this.rest(this.nextScan - Date.now());
      } catch (error) {
        const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        if (said !== this.trouble) this.context.log(`replication of ${this.source.bucket}: ${said}`);
        this.trouble = said;
        await pause(retryMs, undefined, { signal: this.ending.signal }).catch(() => undefined);
      }
    }
  }

  status(): RegionStatus['parts'][number] {
    const targets = [...new Set(this.rules.map((rule) => rule.destinationBucket))].join(', ');
    const newest = this.newestCopied === null ? '' : `, newest copied written at ${this.newestCopied.toISOString()}`;
    const detail = `to ${targets}, ${String(this.waiting.size)} keys waiting${newest}`;
    const state = this.trouble === '' ? 'running' : 'failed';
    return {
      kind: 'replicator',
      name: this.source.bucket,
      state,
      pid: process.pid,
      detail: this.trouble === '' ? detail : `${detail}: ${this.trouble}`,
    };
  }

  private async rest(ms: number): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.wake = resolve));
    const timer = new AbortController();
    await Promise.race([woken, pause(Math.max(0, ms), undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
    this.wake = () => undefined;
  }

  private async scan(): Promise<void> {
    const begin = Date.now();
    for await (const page of listVersions(this.source)) {
      for (const version of page) if (!this.position.has(version.id)) this.waiting.add(version.key);
    }
    this.nextScan = Date.now() + Math.max(scanEveryMs, scanShare * (Date.now() - begin));
  }

  /** Deals with what waits now; a key that fails waits again, and the first failure is told. */
  private async work(): Promise<void> {
    const keys = [...this.waiting].slice(0, together);
    for (const key of keys) this.waiting.delete(key);
    const failures = await Promise.all(
      keys.map((key) =>
        this.dealWith(key).then(
          () => null,
          (error: unknown) => {
            this.waiting.add(key);
            return { error };
          },
        ),
      ),
    );
    const failure = failures.find((one) => one !== null);
    if (failure !== undefined) throw failure.error;
  }

  private async dealWith(key: string): Promise<void> {
    const rules = this.rules.filter((rule) => rule.enabled && key.startsWith(rule.prefix));
    for (const version of await versionsOf(this.source, key)) {
      if (this.position.has(version.id)) continue;
      for (const rule of rules) await this.copy(rule, version);
      this.position.add(version.id);
    }
  }

  private async copy(rule: ReplicationRule, version: Version): Promise<void> {
    if (version.marker && !rule.deleteMarkers) return;
    const place = await this.destination(rule.destinationBucket);
    if (version.marker) await copyMarker(place, version);
    else await copyVersion(this.source, place, version);
    this.newestCopied = version.writtenAt;
  }
}
