import type { ControlBucket } from '../control/control-bucket';

/**
 * Writes the newest version of one record to one bucket, one write at a time. While a slow bucket is
 * busy newer versions take each other's place, so that it neither delays the next beat nor is
 * overtaken by an older one.
 */
export class LatestWriter<T extends object> {
  private waiting: T | null = null;
  private busy = false;

  constructor(
    private readonly bucket: ControlBucket,
    private readonly key: string,
    private readonly onResult: (error: unknown) => void,
  ) {}

  offer(value: T): void {
    this.waiting = value;
    if (!this.busy) void this.drain();
  }

  private async drain(): Promise<void> {
    this.busy = true;
    while (this.waiting !== null) {
      const value = this.waiting;
      this.waiting = null;
      try {
        await this.bucket.write(this.key, value, 'always');
        this.onResult(null);
      } catch (error) {
        this.onResult(error);
      }
    }
    this.busy = false;
  }
}
