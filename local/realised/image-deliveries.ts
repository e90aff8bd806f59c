import { setTimeout as pause } from 'node:timers/promises';
import type { RegionStatus } from '../api';
import type { RegionContext } from '../supervisor/part';
import type { CourierPart } from './courier';
import type { RegistryState } from './registry';

const retryMs = 1_000;

interface Debt {
  readonly region: string;
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
}

/** Images that other regions have not got yet. ECR replicates what is pushed after the rule was written, and so does this. */
export class ImageDeliveries {
  private debts: readonly Debt[];
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private lastFailure = '';

  constructor(
    private readonly context: RegionContext,
    private readonly courier: CourierPart,
    private readonly archive: (digest: string) => string,
  ) {
    this.debts = context.load<Debt[]>('image-debts', []);
  }

  owe(state: RegistryState, repository: string, digest: string): void {
    const tags = state.repositories[repository]?.images[digest] ?? [];
    const regions = state.rules
      .filter(({ prefixes }) => prefixes.length === 0 || prefixes.some((prefix) => repository.startsWith(prefix)))
      .flatMap((rule) => rule.regions);
    const owed = [...new Set(regions)].map((region) => ({ region, repository, digest, tags }));
    this.keep([...this.debts, ...owed]);
    this.resume();
  }

  /** Goes on with what a killed supervisor still owed. */
  resume(): void {
    this.running ??= this.payAll().finally(() => {
      this.running = null;
      // A debt may have come between the last look and this moment.
      if (this.debts.length > 0 && !this.stopping.signal.aborted) this.resume();
    });
  }

  status(): RegionStatus['parts'] {
    if (this.debts.length === 0) return [];
    const detail = `${String(this.debts.length)} to deliver${this.lastFailure === '' ? '' : `; ${this.lastFailure}`}`;
    return [{ kind: 'registry', name: 'replication', state: 'running', pid: null, detail }];
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async payAll(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      for (const debt of this.debts) await this.pay(debt);
      if (this.debts.length === 0) return;
      await pause(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async pay(debt: Debt): Promise<void> {
    const { region, repository, digest, tags } = debt;
    const label = JSON.stringify({ repository, tags });
    try {
      await this.courier.send(region, { kind: 'image', name: digest, label, file: this.archive(digest) });
      this.keep(this.debts.filter((other) => other !== debt));
      this.lastFailure = '';
    } catch (error) {
      this.lastFailure = error instanceof Error ? error.message : String(error);
    }
  }

  private keep(debts: readonly Debt[]): void {
    this.debts = debts;
    this.context.save('image-debts', debts);
  }
}
