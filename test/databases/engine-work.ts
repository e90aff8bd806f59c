import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Catalogue } from '../../scripts/catalogue/catalogue';
import type { Census } from '../../scripts/catalogue/census';
import type { Manifest, PointEngine, PointKind } from '../../scripts/catalogue/manifest';
import { Age } from '../../scripts/encryption/age';
import type { Engine, RestoreTarget, Work } from '../../scripts/engines/engine';
import { giveToServerUser } from '../../scripts/programs/server-programs';
import { silent } from '../../scripts/progress/progress';
import { FolderVault } from '../../scripts/vault/folder-vault';
import { keysOf } from '../../scripts/vault/keys';

/** Key pairs are made once per run: two of them, as the rules want it. */
function keyPair(folder: string, name: string): { recipient: string; identity: string } {
  const identity = path.join(folder, `${name}.key`);
  execFileSync('age-keygen', ['-o', identity], { stdio: 'pipe' });
  const recipient = execFileSync('age-keygen', ['-y', identity], { encoding: 'utf8' }).trim();
  return { recipient, identity };
}

/** A vault, keys and a folder of its own for the tests of one engine; everything below goes with it. */
export class EngineWork {
  readonly root: string;
  readonly vaultFolder: string;
  readonly online: { recipient: string; identity: string };
  readonly offline: { recipient: string; identity: string };
  readonly vault: FolderVault;
  private readonly abort = new AbortController();
  private count = 0;
  private readonly atExit = (): void => this.remove();

  constructor(
    readonly dataset: string,
    private readonly engineName: PointEngine,
  ) {
    // Also where no hook runs: a test that was left out, a suite that was ended.
    process.once('exit', this.atExit);
    this.root = fs.mkdtempSync(path.join(os.tmpdir(), `agente-${dataset}-`));
    // Servers run as another user, and reach their folders through this one.
    fs.chmodSync(this.root, 0o711);
    this.vaultFolder = this.folder('vault');
    this.vault = new FolderVault(this.vaultFolder);
    this.online = keyPair(this.root, 'online');
    this.offline = keyPair(this.root, 'offline');
  }

  /** A folder that the server user owns. */
  folder(name: string): string {
    const folder = path.join(this.root, name);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    giveToServerUser(folder);
    return folder;
  }

  /** The name of a folder that does not exist yet. */
  fresh(name: string): string {
    this.count += 1;
    return path.join(this.root, `${name}-${String(this.count)}`);
  }

  work(overrides: Partial<Work> = {}): Work {
    return {
      vault: this.vault,
      catalogue: new Catalogue(overrides.vault ?? this.vault, this.dataset),
      lineage: 'test-g1',
      encryption: new Age([this.online.recipient, this.offline.recipient], this.online.identity),
      progress: silent,
      signal: this.abort.signal,
      folder: this.folder('work'),
      now: () => new Date(),
      ...overrides,
    };
  }

  /** Takes a point and publishes it, as the command does. */
  async backUp(
    engine: Engine,
    kind: PointKind,
    overrides: Partial<Work> = {},
  ): Promise<{ point: Manifest; census: Census | null }> {
    const work = this.work(overrides);
    const startedAt = work.now();
    const id = work.catalogue.newId(kind, startedAt);
    const taken = await engine.backUp(id, kind, work);
    const point = await work.catalogue.publish(
      {
        ...taken.point,
        id,
        lineage: work.lineage,
        engine: this.engineName,
        startedAt: startedAt.toISOString(),
        endedAt: work.now().toISOString(),
      },
      taken.census,
    );
    return { point, census: taken.census };
  }

  async restore(engine: Engine, base: Manifest | null, target: RestoreTarget = { to: 'latest' }): Promise<string> {
    const folder = this.fresh('restored');
    const plan = await engine.planRestore({ target, base, logFolder: null }, this.work());
    await engine.restore(plan, folder, this.work());
    return folder;
  }

  /** The first stored file of a point, on disk. */
  storedFile(point: Manifest): string {
    return path.join(this.vaultFolder, keysOf(this.dataset, point.lineage).root, point.files[0]?.path ?? '');
  }

  remove(): void {
    process.off('exit', this.atExit);
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

/** Changes one bit in a file, in the middle or where it is said. */
export function flip(file: string, at = Math.floor(fs.statSync(file).size / 2)): void {
  const bytes = fs.readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  fs.writeFileSync(file, bytes);
}

/** Does something to a file and puts it back as it was. */
export async function whileChanged<T>(
  file: string,
  change: (file: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const bytes = fs.readFileSync(file);
  try {
    change(file);
    return await work();
  } finally {
    fs.writeFileSync(file, bytes);
  }
}
