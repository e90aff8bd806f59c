import type { Readable } from 'node:stream';

/** Where recovery points lie. Programs that write there themselves, such as pgBackRest, are told by it. */
export type VaultPlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly region: string; readonly endpoint: string | null };

/** What was written, as its writer saw it pass: the only hash that damage on the way cannot have changed. */
export interface Written {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal SHA-256 of the stored bytes. */
  readonly sha256: string;
}

export interface Listed {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly modified: Date;
}

/** A small record, with the token that a conditional replacement needs. */
export interface VaultRecord {
  readonly text: string;
  readonly version: string;
}

/** When a record may be written: only where nothing is, or only over the version that was read. */
export type RecordCondition = 'absent' | { readonly over: string };

/**
 * A store of recovery points: a bucket or a folder. Keys are relative paths with `/`. Whatever fails throws
 * AgenteError: vault-object-missing, vault-object-exists, vault-denied, disk-full, store-unreachable.
 */
export interface Vault {
  readonly place: VaultPlace;
  /**
   * Streams a new object in; memory stays flat. It is there whole or not at all, and never replaces another.
   * @throws AgenteError vault-object-exists when something lies there already.
   */
  put(key: string, content: Readable, signal?: AbortSignal): Promise<Written>;
  /** Streams an object out. @throws AgenteError vault-object-missing. */
  get(key: string, signal?: AbortSignal): Promise<Readable>;
  /** Null when there is no such object. */
  head(key: string): Promise<Listed | null>;
  /** Every object whose key begins so, in the order of the keys; with `after`, only those that come after it. */
  list(prefix: string, after?: string): Promise<Listed[]>;
  /**
   * Names one level below a folder (`postgres/`) that have something below themselves, in order; without
   * reading what that is: a repository has thousands of files.
   */
  folders(prefix: string): Promise<string[]>;
  /** Null when there is no such record. */
  readRecord(key: string): Promise<VaultRecord | null>;
  /** @returns the version written, or null when the condition does not hold. */
  writeRecord(key: string, text: string, condition: RecordCondition): Promise<string | null>;
  /** Only expiry asks for this. @throws AgenteError vault-denied where the store keeps it from everybody. */
  remove(key: string): Promise<void>;
  close(): void;
}
