import { connect, type RedisConnection, type RedisDoor } from './connection';
import { information } from './live-server';

export type NetworkDoor = Extract<RedisDoor, { host: string }>;

/** One server of a cache, or its only one. */
export interface CacheNode {
  readonly client: RedisConnection;
  /** Does a slot of the cluster lie here? Where there is no cluster all do. */
  owns(slot: number): boolean;
}

type SlotRange = readonly [from: number, to: number, owner: readonly [host: string | null, port: number, ...unknown[]]];

/** A connection to every server that owns keys: the primaries of a cluster, or the one that there is. */
export async function connectNodes(door: NetworkDoor): Promise<CacheNode[]> {
  const first = await connect(door);
  const clustered = (await information(first, 'cluster')).get('cluster_enabled') === '1';
  if (!clustered) return [{ client: first, owns: () => true }];
  try {
    const ranges = await first.sendCommand<SlotRange[]>(['CLUSTER', 'SLOTS']);
    // An empty host is the one that was asked.
    const addressOf = ([, , [host, port]]: SlotRange): string =>
      `${host === null || host === '' ? door.host : host} ${String(port)}`;
    const byOwner = new Map<string, SlotRange[]>();
    for (const range of ranges) byOwner.set(addressOf(range), [...(byOwner.get(addressOf(range)) ?? []), range]);
    return await Promise.all(
      [...byOwner].map(async ([address, owned]) => {
        const [host = '', port = ''] = address.split(' ');
        const client = await connect({ ...door, host, port: Number(port) });
        return { client, owns: (slot: number) => owned.some(([from, to]) => slot >= from && slot <= to) };
      }),
    );
  } finally {
    first.destroy();
  }
}

export function closeNodes(nodes: readonly CacheNode[]): void {
  for (const { client } of nodes) if (client.isOpen) client.destroy();
}
