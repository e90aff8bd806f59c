/** One way of bringing data away and back, as a line of shell that ends when all of it is on the disk. */
export interface Tool {
  readonly title: string;
  /** Brings everything into a folder that is there and empty. */
  readonly backUp: (folder: string) => string;
  /** Brings it back into the place of a server that is stopped and whose data are gone. */
  readonly restore: (folder: string) => string;
}

/** An engine whose backups are timed: a server with data, and the tools that a person would take. */
export interface Contender {
  /** As the settings name it. */
  readonly dataset: string;
  /** Its entry among the datasets of the settings. */
  readonly settings: object;
  /** What ours is held against is the first. */
  readonly tools: readonly Tool[];
  /** Makes the server and fills it with so many bytes, which compress two- to threefold. */
  prepare(bytes: number): Promise<void>;
  /** Ends when the server answers with all that it had. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Takes the data of the stopped server away. */
  wreck(): void;
}
