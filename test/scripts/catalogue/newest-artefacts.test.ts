import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Catalogue } from '../../../scripts/catalogue/catalogue';
import type { PointKind } from '../../../scripts/catalogue/manifest';
import { NewestArtefacts } from '../../../scripts/catalogue/newest-artefacts';
import type { Validation } from '../../../scripts/catalogue/validation';
import { FolderVault } from '../../../scripts/vault/folder-vault';
import { keysOf } from '../../../scripts/vault/keys';
import { samplePoint } from '../sample-point';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const keys = keysOf('postgres', 'primary-g1');

/** Counts what it is asked for. */
class CountedVault extends FolderVault {
  records = 0;
  names = 0;

  override async list(prefix: string, after?: string) {
    const found = await super.list(prefix, after);
    this.names += found.length;
    return found;
  }

  override readRecord(key: string) {
    this.records += 1;
    return super.readRecord(key);
  }
}

describe('the newest artefacts of a lineage', () => {
  const now = Date.now();
  let folder: string;
  let vault: CountedVault;
  let newest: NewestArtefacts;
  let unreadable: string[];
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-newest-'));
    vault = new CountedVault(folder);
    newest = new NewestArtefacts('postgres', 'primary-g1');
    unreadable = [];
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const looking = {
    goOn: () => undefined,
    unreadable: (key: string) => {
      unreadable.push(key);
    },
  };
  const restorable = () => newest.restorableMs(vault, looking);
  const validated = () => newest.validatedMs(vault, looking);
  const ago = (ms: number): number => now - ms;
  const touch = (key: string, atMs: number): void => {
    fs.utimesSync(path.join(folder, key), atMs / 1_000, atMs / 1_000);
  };

  /** A point that began and reaches to so long ago, and whose manifest was written then. */
  async function put(beganMs: number, reachesMs: number, kind: PointKind = 'full', lineage = 'primary-g1') {
    const catalogue = new Catalogue(vault, 'postgres');
    const id = catalogue.newId(kind, new Date(beganMs));
    const {
      version: _version,
      dataset: _dataset,
      ...point
    } = samplePoint(id, new Date(reachesMs).toISOString(), { lineage });
    const manifest = await catalogue.publish(point, null);
    touch(keysOf('postgres', lineage).manifest(id), reachesMs);
    return manifest;
  }

  async function tried(endedMs: number, status: 'success' | 'failed'): Promise<string> {
    const at = new Date(endedMs).toISOString();
    const point = samplePoint('20260101T000000Z-full-0001', at);
    const times = { startedAt: at, endedAt: at, restoreSeconds: 1 };
    const result: Validation = { version: 1, point: point.id, ...times, status, checks: [], bytes: 1 };
    await new Catalogue(vault, 'postgres').recordValidation(point, result);
    return `${keys.validations(point.id)}${at.replace(/[-:.]/g, '')}.json`;
  }

  it('are none in an empty vault', async () => {
    assert.equal(await restorable(), null);
    assert.equal(await validated(), null);
  });

  it('say how far the newest point reaches, and learn of a newer one', async () => {
    await put(ago(3 * hourMs), ago(2 * hourMs));
    assert.equal(await restorable(), ago(2 * hourMs));
    await put(ago(hourMs), ago(30 * minuteMs), 'log');
    assert.equal(await restorable(), ago(30 * minuteMs));
  });

  it('say how far the point reaches that reaches furthest, though its name is older than others', async () => {
    await put(ago(2 * hourMs), ago(2 * hourMs), 'log');
    assert.equal(await restorable(), ago(2 * hourMs));
    await put(ago(6 * hourMs), ago(hourMs));
    assert.equal(await restorable(), ago(hourMs));
  });

  it('leave the points of other lineages out', async () => {
    await put(ago(hourMs), ago(hourMs), 'full', 'dr-g1');
    assert.equal(await restorable(), null);
  });

  it('are found by reading one manifest of many, and none at the next look', async () => {
    for (let hours = 60; hours > 0; hours -= 1) await put(ago(hours * hourMs), ago(hours * hourMs));
    vault.records = 0;
    await restorable();
    assert.equal(vault.records, 1);
    vault.names = 0;
    assert.equal(await restorable(), ago(hourMs));
    assert.equal(vault.records, 1);
    assert.ok(vault.names <= 25, `${String(vault.names)} names were listed`);
  });

  it('are older again when the newest is gone', async () => {
    await put(ago(50 * hourMs), ago(50 * hourMs));
    const gone = await put(ago(hourMs), ago(hourMs));
    assert.equal(await restorable(), ago(hourMs));
    await vault.remove(keys.manifest(gone.id));
    assert.equal(await restorable(), ago(50 * hourMs));
  });

  it('are not hidden by a manifest that cannot be read, which is told once', async () => {
    await put(ago(2 * hourMs), ago(2 * hourMs));
    const damaged = await put(ago(hourMs), ago(hourMs));
    fs.writeFileSync(path.join(folder, keys.manifest(damaged.id)), '{');
    assert.equal(await restorable(), ago(2 * hourMs));
    assert.equal(await restorable(), ago(2 * hourMs));
    assert.deepEqual(unreadable, [keys.manifest(damaged.id)]);
  });

  it('are not younger by a manifest under another name than its own', async () => {
    const point = await put(ago(2 * hourMs), ago(2 * hourMs));
    const stranger = samplePoint('20260101T000000Z-full-0002', new Date(ago(hourMs)).toISOString(), { dataset: 'pms' });
    await vault.writeRecord(keys.manifest(stranger.id), JSON.stringify(stranger), 'absent');
    assert.equal(await restorable(), Date.parse(point.restorable.to));
    assert.deepEqual(unreadable, [keys.manifest(stranger.id)]);
  });

  it('say when the newest validation ended that succeeded', async () => {
    await tried(ago(30 * hourMs), 'failed');
    assert.equal(await validated(), null);
    await tried(ago(20 * hourMs), 'success');
    await tried(ago(10 * hourMs), 'failed');
    assert.equal(await validated(), ago(20 * hourMs));
    vault.records = 0;
    assert.equal(await validated(), ago(20 * hourMs));
    assert.equal(vault.records, 0);
    const last = await tried(ago(hourMs), 'success');
    assert.equal(await validated(), ago(hourMs));
    await vault.remove(last);
    assert.equal(await validated(), ago(20 * hourMs));
  });

  it('pass over what is no record of a validation', async () => {
    await tried(ago(2 * hourMs), 'success');
    fs.writeFileSync(path.join(folder, await tried(ago(hourMs), 'success')), '{}');
    assert.equal(await validated(), ago(2 * hourMs));
    assert.equal(unreadable.length, 1);
  });

  it('are looked for no longer than there is time', async () => {
    await put(ago(hourMs), ago(hourMs));
    const late = new Error('too late');
    const goOn = (): void => {
      throw late;
    };
    vault.records = 0;
    await assert.rejects(newest.restorableMs(vault, { ...looking, goOn }), late);
    assert.equal(vault.records, 0);
    assert.equal(await restorable(), ago(hourMs));
  });
});
