import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { identityOf, runs } from '../process-identity';
import { giveToServerUser } from '../programs/server-programs';

/** Short: sockets lie below, and their paths have 107 bytes. Containers that share a disk have names of their own. */
const hostMark = (): string => createHash('sha256').update(os.hostname()).digest('hex').slice(0, 8);
const form = /^agente-dr-([0-9a-f]{8})-(\d+)-(\d*)-\w{6}$/;

/**
 * A folder for one run, which its name names. What runs that were killed left goes: it may hold a whole database
 * in the clear, and the room that the next restore needs.
 */
export async function makePrivateFolder(scratch: string): Promise<string> {
  await removeForgotten(scratch);
  const { pid, start } = identityOf();
  const folder = await fs.mkdtemp(path.join(scratch, `agente-dr-${hostMark()}-${String(pid)}-${start}-`));
  // Throw-away servers run in it, and servers refuse root.
  giveToServerUser(folder);
  return folder;
}

async function removeForgotten(scratch: string): Promise<void> {
  for (const name of await fs.readdir(scratch)) {
    const [, host, pid, start] = form.exec(name) ?? [];
    if (host !== hostMark() || pid === undefined || start === undefined) continue;
    if (runs({ host: os.hostname(), pid: Number(pid), start }) !== false) continue;
    // Another user's stays for that user; one whose servers are just dying is for the next run.
    await fs.rm(path.join(scratch, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
