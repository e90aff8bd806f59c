import { randomInt } from 'node:crypto';
import * as net from 'node:net';

/** Below Linux's ephemeral range (32768 and up), so that no outgoing connection takes a port between choice and use. */
const lowest = 15_000;
const highest = 32_000;

/** Given out by this process; a server may not have bound its port yet when the next one is chosen. */
const given = new Set<string>();

function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ host: address, port, exclusive: true }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/** The first of `count` neighbouring ports that are free on all the addresses. */
export async function freePorts(addresses: readonly string[], count = 1): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const first = randomInt(lowest, highest);
    const wanted = Array.from({ length: count }, (_, index) => first + index);
    const names = wanted.flatMap((port) => addresses.map((address) => `${address}:${String(port)}`));
    if (names.some((name) => given.has(name))) continue;
    const free = await Promise.all(wanted.flatMap((port) => addresses.map((address) => isFree(address, port))));
    if (!free.every(Boolean)) continue;
    for (const name of names) given.add(name);
    return first;
  }
  throw new Error(`no ${String(count)} free ports on ${addresses.join(', ')}`);
}
