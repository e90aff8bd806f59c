import * as fs from 'node:fs';
import * as path from 'node:path';
import { createConnection } from 'node:net';
import { AgenteError } from '../../../recovery/errors';
import type { MysqlServer } from '../../settings/datasets';
import type { Work } from '../engine';
import { exchange } from '../points/swap-folder';
import { RestoreFolder } from './restore-folder';

/** Puts restored files in the place of the live ones, by two renames. What was there stays beside. */
export async function installData(folder: string, settings: MysqlServer, work: Work): Promise<string | null> {
  const place = new RestoreFolder(folder);
  place.state();
  await refuseRunning(settings);
  const parent = path.dirname(settings.data);
  if (fs.statSync(parent).dev !== fs.statSync(place.data).dev) {
    throw new AgenteError(
      'target-wrong',
      `${place.data} and ${settings.data} are on different file systems`,
      `Restore into a folder beside ${settings.data}: a rename cannot be half done.`,
    );
  }
  const before = fs.existsSync(settings.data) ? fs.statSync(settings.data) : null;
  if (before !== null) giveAll(place.data, before.uid, before.gid, before.mode & 0o777);
  return exchange(place.data, settings.data, work.now());
}

function giveAll(folder: string, uid: number, gid: number, mode: number): void {
  fs.chmodSync(folder, mode);
  fs.chownSync(folder, uid, gid);
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    fs.lchownSync(path.join(folder, name), uid, gid);
  }
}

/** @throws AgenteError target-running while a server answers on the socket or holds the files. */
export async function refuseRunning({ socket, data }: MysqlServer): Promise<void> {
  const holder =
    holderOf(path.join(data, 'ibdata1')) ?? ((await answers(socket)) ? `whoever listens on ${socket}` : null);
  if (holder === null) return;
  throw new AgenteError('target-running', `${data} is in use by ${holder}`, 'Stop that server first.');
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection(socket);
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('close', () => probe.destroy());
    probe.once('connect', () => probe.destroy());
  });
}

/** A server without a socket file still has its files open. */
function holderOf(file: string): string | null {
  if (!fs.existsSync(file)) return null;
  const wanted = fs.realpathSync(file);
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const open = fs.readdirSync(`/proc/${pid}/fd`).map((fd) => readLink(`/proc/${pid}/fd/${fd}`));
      if (open.includes(wanted)) return `process ${pid}`;
    } catch {
      // It has ended, or is somebody else's.
    }
  }
  return null;
}

function readLink(name: string): string {
  try {
    return fs.readlinkSync(name);
  } catch {
    return '';
  }
}
