import type { GlobalCalls, RegionCalls, RegionStatus } from '../api';
import type { Machine } from '../machine';

type AnyCalls = RegionCalls & GlobalCalls;

/** A call by name: `call('us-east-1', 'describeDatabase', {...})`. Refusals arrive as `RegionRefusal`. */
export type Call = <M extends keyof AnyCalls>(
  region: string,
  method: M,
  params: AnyCalls[M]['params'],
) => Promise<AnyCalls[M]['result']>;

export interface ServerSpec {
  /** As in RegionStatus: `database`, `cache`, `object store`, ... */
  readonly kind: string;
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Start again when it ends by itself (with a growing pause); false for what is started and stopped on purpose. */
  readonly restart: boolean;
  /** Resolves when the server answers; polled every 20 ms until the timeout of 30 s, or until the process has ended. */
  readonly ready: () => Promise<boolean>;
}

/** How a process ended: its own code, or the signal that ended it; neither when it never started. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Server {
  readonly pid: number | null;
  readonly state: 'running' | 'starting' | 'stopped' | 'failed';
  /** SIGTERM (or the given signal), SIGKILL after the grace in ms; resolves when the process is gone. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when the process that runs now has ended. */
  untilEnded(): Promise<Exit>;
}

/** What the supervisor gives to each part of a region. */
export interface RegionContext {
  readonly machine: Machine;
  readonly region: string;
  /** The region's folder; parts keep their data in a subfolder of their own. */
  readonly dir: string;
  readonly address: string;
  readonly call: Call;
  /** Starts a server as the unprivileged user, dying with the supervisor; its output goes to `<dir>/log/<kind>-<name>.log`. */
  start(spec: ServerSpec): Promise<Server>;
  /** Runs a program to its end as the unprivileged user. @throws Error with the last lines of its output when it fails. */
  run(
    command: string,
    args: readonly string[],
    options?: { env?: Readonly<Record<string, string>>; input?: string; cwd?: string },
  ): Promise<string>;
  /** A folder under the region's, made with mode 0700 and owned by the unprivileged user. */
  folder(...names: string[]): string;
  /** A port that is free on the region's address. */
  freePort(): Promise<number>;
  /** Small state that outlives the supervisor: JSON under `<dir>/<name>.json`, written atomically with mode 0600. */
  load<T>(name: string, fallback: T): T;
  save(name: string, value: unknown): void;
  log(message: string): void;
}

/** A part of a region: the calls it answers, what it shows, how it ends. */
export interface Part<M extends keyof AnyCalls = keyof AnyCalls> {
  readonly calls: { readonly [K in M]: (params: AnyCalls[K]['params']) => Promise<AnyCalls[K]['result']> };
  /** Starts what must run from the beginning (the object store, the gate); called in the order of the parts. */
  start(): Promise<void>;
  status(): RegionStatus['parts'];
  stop(): Promise<void>;
}
