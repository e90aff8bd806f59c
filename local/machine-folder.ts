import { randomBytes, randomInt } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { startTicks } from '../scripts/process-identity';
import { makeBackupKeys } from './backup-keys';
import { makeCertificates } from './certificates';
import { Machine, machineRegions, machinesRoot, pickAddresses, type MachineFile } from './machine';
import { freePorts } from './supervisor/ports';
import { giveToServerUser } from '../scripts/programs/server-programs';

/** Supervisors of a machine: one per region, and one for what stands outside all of them. */
export const supervised: readonly string[] = [...Object.values(machineRegions), 'global'];

export interface MachineOptions {
  readonly name: string;
  /** Pid of the process whose death ends the machine; null for one that stands until it is taken down. */
  readonly owner: number | null;
  /** Where the machine lies; by default under machinesRoot(). */
  readonly dir?: string;
  /** How many times faster than shipped the DNS clock runs; 1 by default. */
  readonly timeScale?: number;
}

export function folderOf(options: Pick<MachineOptions, 'name' | 'dir'>): string {
  return options.dir ?? path.join(machinesRoot(), options.name);
}

function ownerOf(pid: number | null): MachineFile['owner'] {
  if (pid === null) return null;
  const ticks = startTicks(pid);
  if (ticks === null) throw new Error(`owner ${String(pid)} does not live`);
  return { pid, startTicks: ticks };
}

async function describe(options: MachineOptions): Promise<MachineFile> {
  const addresses = pickAddresses(supervised);
  const all = Object.values(addresses);
  return {
    version: 1,
    name: options.name,
    createdAt: new Date().toISOString(),
    accountId: String(randomInt(100_000_000_000, 281_000_000_000_000 - 1)).slice(0, 12),
    addresses,
    listenerPort: await freePorts(all),
    dnsPort: await freePorts(all),
    storePort: await freePorts(all, 3),
    timeScale: options.timeScale ?? 1,
    domain: 'hotel.test',
    zoneId: `Z${randomBytes(7).toString('hex').toUpperCase()}`,
    owner: ownerOf(options.owner),
  };
}

function certificateHosts(file: MachineFile): string[] {
  const perRegion = Object.values(machineRegions).flatMap((region) => [
    `*.s3.${region}.amazonaws.com`,
    `s3.${region}.amazonaws.com`,
    `*.${region}.elb.amazonaws.com`,
  ]);
  return [file.domain, `*.${file.domain}`, ...perRegion];
}

function writeSecrets(machine: Machine): void {
  const [id, secret] = [`AKIA${randomBytes(8).toString('hex').toUpperCase()}`, randomBytes(30).toString('base64url')];
  fs.writeFileSync(
    machine.credentialsFile,
    `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`,
    { mode: 0o600 },
  );
  // Tasks of a region run as the server user and sign with this key.
  giveToServerUser(machine.credentialsFile);
  fs.writeFileSync(machine.passphraseFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
}

/** A folder with exactly this mode, whatever the shell's umask takes away. */
function makeFolder(folder: string, mode: number): void {
  fs.mkdirSync(folder);
  fs.chmodSync(folder, mode);
}

function makeFolders(machine: Machine): void {
  const { dir } = machine;
  const root = path.dirname(dir);
  if (!fs.existsSync(root)) {
    fs.mkdirSync(path.dirname(root), { recursive: true });
    makeFolder(root, 0o755);
  }
  // The server user must pass through to its own folders, and need not look around.
  const open = [
    dir,
    path.join(dir, 'r'),
    path.join(dir, 's'),
    machine.tlsDir,
    ...supervised.map((r) => machine.regionDir(r)),
  ];
  for (const folder of open) makeFolder(folder, 0o711);
  const closed = supervised.map((region) => path.join(machine.regionDir(region), 'log'));
  for (const folder of [machine.projectDir, machine.stateDir, machine.pulumiHome, machine.keysDir, ...closed])
    makeFolder(folder, 0o700);
}

/** Lays out a new machine: addresses, ports, keys, certificates. Nothing runs yet. */
export async function layOut(options: MachineOptions): Promise<Machine> {
  const dir = folderOf(options);
  const machine = new Machine(dir, await describe(options));
  makeFolders(machine);
  writeSecrets(machine);
  await makeBackupKeys(machine);
  await makeCertificates(machine.tlsDir, {
    machine: options.name,
    addresses: Object.values(machine.file.addresses),
    hosts: certificateHosts(machine.file),
  });
  fs.writeFileSync(path.join(dir, 'machine.json'), JSON.stringify(machine.file, null, 2), { mode: 0o600 });
  return machine;
}
