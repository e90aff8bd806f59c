import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Catalogue } from '../../scripts/catalogue/catalogue';
import type { Census } from '../../scripts/catalogue/census';
import type { Manifest, PointKind } from '../../scripts/catalogue/manifest';
import { Age } from '../../scripts/encryption/age';
import type { Engine, RestoreTarget, TakenPoint, Work } from '../../scripts/engines/engine';
import { silent } from '../../scripts/progress/progress';
import { FolderVault } from '../../scripts/vault/folder-vault';

interface Keys {
  readonly recipient: string;
  readonly file: string;
}

export function ageKey(folder: string, name: string): Keys {
  const file = path.join(folder, name);
  execFileSync('age-keygen', ['-o', file], { stdio: 'ignore' });
  fs.chmodSync(file, 0o600);
  return { file, recipient: execFileSync('age-keygen', ['-y', file], { encoding: 'utf8' }).trim() };
}

/** A vault, its catalogue and two keys, for one dataset. */
export class TestVault {
  readonly vault: FolderVault;
  readonly catalogue: Catalogue;
  readonly age: Age;
  private works = 0;
  private lastId = '';

  constructor(
    readonly root: string,
    readonly lineage = 'primary-g1',
  ) {
    const keys = ['site', 'offline'].map((name) => ageKey(root, `${name}.key`));
    fs.mkdirSync(path.join(root, 'vault'));
    this.vault = new FolderVault(path.join(root, 'vault'));
    this.catalogue = new Catalogue(this.vault, 'pms');
    this.age = new Age(
      keys.map(({ recipient }) => recipient),
      keys[0]?.file ?? null,
    );
  }

  work(signal: AbortSignal = new AbortController().signal, encryption = this.age): Work {
    const folder = path.join(this.root, `work-${String(this.works++)}`);
    fs.mkdirSync(folder, { mode: 0o700 });
    const { vault, catalogue, lineage } = this;
    return { vault, catalogue, lineage, encryption, progress: silent, signal, folder, now: () => new Date() };
  }

  /** Takes a point and publishes it, as the command does. */
  backUp(engine: Engine, kind: PointKind, work = this.work()): Promise<Manifest> {
    return this.publish(kind, async (id) => engine.backUp(id, kind, work));
  }

  async publish(
    kind: PointKind,
    take: (id: string) => Promise<TakenPoint | { point: TakenPoint; census: Census | null }>,
  ): Promise<Manifest> {
    const startedAt = new Date();
    let id = this.catalogue.newId(kind, startedAt);
    // Points of one second sort by chance; the tests are quicker than any schedule.
    for (; id.slice(0, 16) <= this.lastId.slice(0, 16); id = this.catalogue.newId(kind, new Date())) await pause(50);
    this.lastId = id;
    const taken = await take(id);
    const { point, census } = 'point' in taken ? taken : { point: taken, census: null };
    const times = { startedAt: startedAt.toISOString(), endedAt: new Date().toISOString() };
    return this.catalogue.publish({ ...point, ...times, id, lineage: this.lineage, engine: 'mysql' }, census);
  }

  async restore(engine: Engine, target: RestoreTarget, folder: string, base: Manifest | null = null): Promise<void> {
    const plan = await engine.planRestore({ target, base, logFolder: null }, this.work());
    await engine.restore(plan, folder, this.work());
  }

  /** Rows of a query on a state restored to the target. */
  async restoredRows(engine: Engine, target: RestoreTarget, text: string, base: Manifest | null = null) {
    const folder = fs.mkdtempSync(path.join(this.root, 'restored-'));
    await this.restore(engine, target, folder, base);
    const copy = await engine.open(folder, this.work());
    try {
      return await copy.query(text);
    } finally {
      await copy.close();
      fs.rmSync(folder, { recursive: true });
    }
  }

  fileOf(manifest: Manifest, index = 0): string {
    return path.join(this.root, 'vault', 'pms', manifest.lineage, manifest.files[index]?.path ?? '');
  }
}

export function flip(file: string, at: number): void {
  const bytes = fs.readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x20, at);
  fs.writeFileSync(file, bytes);
}
