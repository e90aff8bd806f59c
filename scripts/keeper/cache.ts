import { createClient } from '@redis/client';
import type { Session } from './database';
import type { CacheSettings } from './settings';

const connectTimeoutMs = 2_000;
/** Says for which epoch this cache has been rebuilt. It goes when the cache goes. */
const seededKey = 'agente-dr:seeded-epoch';

function client(settings: CacheSettings) {
  const made = createClient({
    socket: {
      host: settings.host,
      port: settings.port,
      tls: true,
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (attempt) => Math.min(100 * 2 ** attempt, 2_000),
    },
    ...(settings.password === null ? {} : { password: settings.password }),
    disableOfflineQueue: true,
  });
  made.on('error', () => undefined);
  return made;
}

/** The site's cache as the keeper uses it. */
export class KeeperCache {
  private readonly redis: ReturnType<typeof client>;

  constructor(settings: CacheSettings) {
    this.redis = client(settings);
    this.redis.connect().catch(() => undefined);
  }

  /** Epoch for which the cache has been rebuilt; null when it is cold. */
  async seededEpoch(): Promise<number | null> {
    const text = await this.redis.get(seededKey);
    return text === null ? null : Number(text);
  }

  async markSeeded(epoch: number): Promise<void> {
    await this.redis.set(seededKey, String(epoch));
  }

  /** Puts sessions that are not there, with their absolute expiry; what the service wrote since is newer and stays. */
  async put(sessions: readonly Session[]): Promise<void> {
    await Promise.all(
      sessions.map((session) =>
        this.redis.set(`session:${session.reference}`, session.data, {
          condition: 'NX',
          expiration: { type: 'EXAT', value: Math.floor(session.expiresAt.getTime() / 1_000) },
        }),
      ),
    );
  }

  close(): void {
    this.redis.destroy();
  }
}
