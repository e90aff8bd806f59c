import type { Readable } from 'node:stream';

/** Closes what leaves the machine. Whoever takes backups can close and not open: opening takes an identity. */
export interface Encryption {
  readonly method: 'age';
  /** Public keys that each open it alone; at least two, one of which lies offline. */
  readonly recipients: readonly string[];
  /** False where there is no identity: a host that only takes backups. */
  readonly canOpen: boolean;
  seal(content: Readable, signal?: AbortSignal): Readable;
  /**
   * @throws AgenteError key-missing without an identity; the stream fails with key-wrong when it opens nothing
   * of this, and with restore-damaged when the content was changed.
   */
  open(content: Readable, signal?: AbortSignal): Readable;
}
