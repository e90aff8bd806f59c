import { setTimeout as pause } from 'node:timers/promises';
import { createCluster } from '@redis/client';
import { duration } from '../recovery/duration';

/** How a task reaches the cache of its site. */
export interface CacheSettings {
  readonly host: string;
  readonly port: number;
  /** Null where the cache asks for none. */
  readonly password: string | null;
}

const connectTimeout = duration('2s');
const longestPause = duration('1s');
const pauseAfter = (attempt: number): number => Math.min(50 * 2 ** attempt, longestPause.ms);

/**
 * A client of a cache in cluster mode: ElastiCache makes no other durable. It connects in the background
 * for as long as it takes. Commands meanwhile fail at once: a queued write is acknowledged by nobody.
 */
export function cacheClient({ host, port, password }: CacheSettings) {
  const cluster = createCluster({
    rootNodes: [{ socket: { host, port } }],
    defaults: {
      socket: { tls: true, connectTimeout: connectTimeout.ms, reconnectStrategy: pauseAfter },
      disableOfflineQueue: true,
      ...(password === null ? {} : { password }),
    },
  });
  // What fails is told by the command that meets it.
  cluster.on('error', () => undefined);
  const stop = new AbortController();
  void connect(cluster, stop.signal);
  return {
    cluster,
    /** @returns once what was sent is answered. */
    close: async (): Promise<void> => {
      stop.abort();
      if (cluster.isOpen) await cluster.close();
    },
    destroy: (): void => {
      stop.abort();
      if (cluster.isOpen) cluster.destroy();
    },
  };
}

/** A node's connection comes back by itself; the first look at the cluster does not. */
async function connect(cluster: { connect(): Promise<unknown> }, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      await cluster.connect();
      return;
    } catch {
      await pause(pauseAfter(attempt), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
