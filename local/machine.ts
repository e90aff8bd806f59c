import { randomInt } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';

/** Regions of a machine: the two sites and the third witness. */
export const machineRegions = { primary: 'us-east-1', dr: 'us-west-2', witness: 'us-east-2' } as const;

const machineSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  createdAt: z.string(),
  /** Account id of the imitated account. */
  accountId: z.string(),
  /** Loopback address per region and for what stands outside (`global`), so that a region is an address too. */
  addresses: z.record(z.string(), z.string()),
  /** Port that the load balancers of all regions listen on, free on all addresses when the machine was made. */
  listenerPort: z.int(),
  dnsPort: z.int(),
  /**
   * Port of each region's object-store gate, and of the operator's (`global`); a region's versitygw listens on the
   * next one, and its secrets on the one after that.
   */
  storePort: z.int(),
  /** How many times faster than shipped the DNS clock runs (TTL, check interval); 1 in every drill that counts. */
  timeScale: z.number().min(1),
  domain: z.string(),
  zoneId: z.string(),
  /** Process whose death ends the machine, or null for one that stands until `local down`. */
  owner: z.strictObject({ pid: z.int(), startTicks: z.string() }).nullable(),
});
export type MachineFile = z.infer<typeof machineSchema>;

/** Where everything of a machine lies. Every path is short: a unix socket's may have 107 characters. */
export class Machine {
  constructor(
    readonly dir: string,
    readonly file: MachineFile,
  ) {}

  /** @throws when the folder holds no machine, or one of another version. */
  static open(dir: string): Machine {
    const text = fs.readFileSync(path.join(dir, 'machine.json'), 'utf8');
    return new Machine(dir, machineSchema.parse(JSON.parse(text)));
  }

  get projectDir(): string {
    return path.join(this.dir, 'project');
  }
  get stateDir(): string {
    return path.join(this.dir, 'state');
  }
  /**
   * The stacks' backend. `metadata=skip`: else Pulumi's file backend rewrites a sidecar in place beside
   * each checkpoint, and a kill in that moment leaves a state that cannot be loaded (seen: `EOF`).
   */
  get backendUrl(): string {
    return `file://${this.stateDir}?metadata=skip`;
  }
  get pulumiHome(): string {
    return path.join(this.dir, 'pulumi');
  }
  get passphraseFile(): string {
    return path.join(this.dir, 'passphrase');
  }
  /** `ca.crt`, and `server.crt` / `server.key` that every server presents (SAN: all addresses, localhost, the domain). */
  get tlsDir(): string {
    return path.join(this.dir, 'tls');
  }
  /** AWS shared credentials file: the key of the imitated account. */
  get credentialsFile(): string {
    return path.join(this.dir, 'credentials');
  }
  /** What every client of the machine's servers trusts. */
  get authorityFile(): string {
    return path.join(this.tlsDir, 'ca.crt');
  }
  /** Key pairs of age, 0700: what the operator of a real site keeps elsewhere. */
  get keysDir(): string {
    return path.join(this.dir, 'keys');
  }
  regionDir(region: string): string {
    return path.join(this.dir, 'r', region);
  }
  socket(region: string): string {
    return path.join(this.dir, 's', `${region}.sock`);
  }
  address(region: string): string {
    const address = this.file.addresses[region];
    if (address === undefined) throw new Error(`no region ${region} on machine ${this.file.name}`);
    return address;
  }
}

/** Loopback addresses for a new machine: 127.x.y.1 and up, with a random x.y so that two machines do not meet. */
export function pickAddresses(names: readonly string[]): Record<string, string> {
  const [x, y] = [randomInt(16, 250), randomInt(1, 250)];
  return Object.fromEntries(names.map((name, index) => [name, `127.${String(x)}.${String(y)}.${String(index + 1)}`]));
}

/** Folder under which machines are made: root's servers run as another user, who cannot pass through /root. */
export function machinesRoot(): string {
  const override = process.env['AGENTE_DR_MACHINES'];
  if (override !== undefined && override !== '') return override;
  if (process.getuid?.() === 0) return '/var/lib/agente-dr';
  const state = process.env['XDG_STATE_HOME'] ?? path.join(process.env['HOME'] ?? '/tmp', '.local/state');
  return path.join(state, 'agente-dr');
}
