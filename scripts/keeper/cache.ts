import { cacheClient, type CacheSettings } from '../cache-client';
import type { Session } from './database';

/** Says for which epoch this cache has been rebuilt. It goes when the cache goes. */
const seededKey = 'agente-dr:seeded-epoch';

/** The site's cache as the keeper uses it. */
export class KeeperCache {
  private readonly client: ReturnType<typeof cacheClient>;

  constructor(settings: CacheSettings) {
    this.client = cacheClient(settings);
  }

  /** Epoch for which the cache has been rebuilt; null when it is cold. */
  async seededEpoch(): Promise<number | null> {
    const text = await this.client.cluster.get(seededKey);
    return text === null ? null : Number(text);
  }

  async markSeeded(epoch: number): Promise<void> {
    await this.client.cluster.set(seededKey, String(epoch));
  }

  /** Puts sessions that are not there, with their absolute expiry; what the service wrote since is newer and stays. */
  async put(sessions: readonly Session[]): Promise<void> {
    await Promise.all(
      sessions.map((session) =>
        this.client.cluster.set(`session:${session.reference}`, session.data, {
          condition: 'NX',
          expiration: { type: 'EXAT', value: Math.floor(session.expiresAt.getTime() / 1_000) },
        }),
      ),
    );
  }

  close(): void {
    this.client.destroy();
  }
}
