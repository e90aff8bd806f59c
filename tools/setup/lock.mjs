import { createHash } from 'node:crypto';
import net from 'node:net';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const { cacheFolder } = createRequire(import.meta.url)('../engine.js');

const askAgainMs = 500;

/**
 * Runs `work` while no other set-up of this cache runs. The lock is a name in the kernel, not a file:
 * it goes with its holder, however that one ended.
 */
export async function withLock(name, work) {
  const key = createHash('sha256').update(cacheFolder()).digest('hex').slice(0, 16);
  const server = await take(`\0agente-dr-${name}-${key}`);
  try {
    return await work();
  } finally {
    server.close();
  }
}

async function take(address) {
  for (let waiting = false; ; waiting = true) {
    const server = await listen(address);
    if (server) return server;
    if (!waiting) process.stderr.write('set-up: another one is at work, waiting for it\n');
    await sleep(askAgainMs);
  }
}

function listen(address) {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(address, () => resolve(server));
  });
}
