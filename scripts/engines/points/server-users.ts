import * as fs from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import * as net from 'node:net';

/** Does anything listen there? */
export function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 2_000 });
    const say = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    // Who does not answer in time may be a server that is stopped in a debugger or in a long fork.
    socket.once('connect', say(true)).once('timeout', say(true)).once('error', say(false));
  });
}

/**
 * A server that has files of a folder open, or was started with its name; null for none. Only processes of
 * this machine that this user may look at are seen.
 */
export async function serverIn(folder: string, programs: RegExp): Promise<string | null> {
  const real = fs.existsSync(folder) ? fs.realpathSync(folder) : folder;
  const pids = fs.existsSync('/proc') ? (await readdir('/proc')).filter((name) => /^\d+$/.test(name)) : [];
  for (const pid of pids.filter((each) => Number(each) !== process.pid)) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const name = (words[0] ?? '').split('/').at(-1) ?? '';
    if (!programs.test(name)) continue;
    const isNamed = words.some((word) => word === real || word.endsWith(`=${real}`) || word.endsWith(`=${folder}`));
    if (isNamed || (await hasOpen(pid, real))) return `${name} (process ${pid}) uses ${folder}`;
  }
  return null;
}

async function hasOpen(pid: string, folder: string): Promise<boolean> {
  for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
    const file = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    if (file.startsWith(`${folder}/`)) return true;
  }
  return false;
}
