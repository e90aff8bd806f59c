import type { TarMember } from '../../archive/tar-out';
import type { Census } from '../../catalogue/census';
import type { OpenedCopy, Work } from '../engine';

/** The state of a server at one instant, ready to be read. */
export interface Collected {
  readonly members: readonly TarMember[];
  readonly census: Census | null;
  readonly version: string;
  /** Removes what was made for the copy; also after a failure. */
  release(): Promise<void>;
}

/** What one kind of monitoring server keeps, and how it is looked at. */
export interface MonitoringStore {
  readonly method: string;
  /** Names of its server's program. */
  readonly programs: RegExp;
  bytes(): Promise<number>;
  /** Members below `data/` are its state. @throws AgenteError server-failed, source-damaged. */
  collect(work: Work): Promise<Collected>;
  /** Who uses the live state; null when nobody does. */
  user(): Promise<string | null>;
  /** Opens the restored state. @param data folder of it. */
  open(data: string, work: Work): Promise<Pick<OpenedCopy, 'census' | 'check' | 'query' | 'close'>>;
}

export const inData = 'data';
export const inConfiguration = 'configuration';
