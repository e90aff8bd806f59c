import type { CacheBackups } from '../../api';
import type { RegionClock } from '../clock';
import { nextFiring } from '../schedule-expression';

/** Does something once a day for each cache that wants it. */
export class Daily {
  private readonly waits = new Map<string, () => void>();

  constructor(
    private readonly clock: RegionClock,
    private readonly work: (identifier: string, due: Date, backups: CacheBackups) => Promise<void>,
  ) {}

  wait(identifier: string, backups: CacheBackups | null): void {
    this.giveUp(identifier);
    if (backups === null) return;
    const [hour, minute] = backups.at.split(':').map(Number);
    const now = this.clock.now();
    const due = nextFiring(`cron(${String(minute)} ${String(hour)} * * ? *)`, 'UTC', now)(now);
    if (due === null) return;
    const call = (): void => {
      this.wait(identifier, backups);
      void this.work(identifier, due, backups);
    };
    this.waits.set(identifier, this.clock.at(due, call));
  }

  giveUp(identifier: string): void {
    this.waits.get(identifier)?.();
    this.waits.delete(identifier);
  }

  stop(): void {
    for (const identifier of [...this.waits.keys()]) this.giveUp(identifier);
  }
}
