import type { RegionStatus } from '../api';
import type { RegionContext } from '../supervisor/part';
import type { Cluster } from './postgres/cluster';

/** Stub */
export class AutomatedBackups {
  constructor(private readonly context: RegionContext) {}
  keep(_cluster: Cluster, _retentionDays: number): void {
    void this.context;
  }
  cease(_identifier: string): Promise<void> {
    return Promise.resolve();
  }
  refresh(_identifier: string): Promise<void> {
    return Promise.resolve();
  }
  latestRestorableTime(_identifier: string): string | null {
    return null;
  }
  status(): RegionStatus['parts'] {
    return [];
  }
  stop(): void {
    /* stub */
  }
}
