import { randomBytes } from 'node:crypto';
import { AgenteError } from '../../recovery/errors';
import { instantName } from '../recovery-points/instant-name';
import { keysOf } from '../vault/keys';
import type { Listed, Vault } from '../vault/vault';
import { censusSchema, type Census } from './census';
import { manifestVersion, parseManifest, type Manifest, type PointEngine, type PointKind } from './manifest';
import type { Validation } from './validation';

/** A manifest that is there and cannot be read: it hides no other. */
export interface UnreadablePoint {
  readonly key: string;
  readonly fact: string;
}

export interface Listing {
  /** Oldest first. */
  readonly points: readonly Manifest[];
  readonly unreadable: readonly UnreadablePoint[];
}

/** A point with everything that its manifest says, the catalogue's own part excepted. */
export type NewPoint = Omit<Manifest, 'version' | 'dataset'> & { readonly engine: PointEngine };

/** Requests on their way at once: a bucket answers in 10 ms, and there may be thousands of points. */
const requestsAtOnce = 16;

/** The recovery points of one dataset, of all its lineages. A point exists from the moment its manifest does. */
export class Catalogue {
  constructor(
    private readonly vault: Vault,
    readonly dataset: string,
  ) {}

  /** A name for a point that is about to be taken; two that begin in one second differ. */
  newId(kind: PointKind, at: Date): string {
    return `${instantName(at)}-${kind}-${randomBytes(2).toString('hex')}`;
  }

  /** Its census first, its manifest last. @throws AgenteError vault-object-exists when the id is taken. */
  async publish(point: NewPoint, census: Census | null): Promise<Manifest> {
    const keys = keysOf(this.dataset, point.lineage);
    const manifest: Manifest = { version: manifestVersion, dataset: this.dataset, ...point };
    const content = JSON.stringify(manifest, null, 2);
    // What could not be read back must not be written.
    parseManifest(content, point.id);
    if (census !== null) await this.create(keys.census(point.id), JSON.stringify(censusSchema.parse(census), null, 2));
    await this.create(keys.manifest(point.id), content);
    return manifest;
  }

  async list(): Promise<Listing> {
    const objects = await this.below(({ catalogue }) => catalogue);
    const keys = objects.map(({ key }) => key).filter((key) => key.endsWith('.json'));
    const points: Manifest[] = [];
    const unreadable: UnreadablePoint[] = [];
    const waiting = [...keys];
    const worker = async (): Promise<void> => {
      for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
        const point = await this.readAt(key);
        if (point === null) continue;
        if ('fact' in point) unreadable.push(point);
        else points.push(point);
      }
    };
    await Promise.all(Array.from({ length: requestsAtOnce }, worker));
    points.sort((a, b) => (a.id < b.id ? -1 : 1));
    return { points, unreadable };
  }

  /** @throws AgenteError recovery-point-missing naming those that exist. */
  async find(id: string): Promise<Manifest> {
    const { points } = await this.list();
    const found = points.find((point) => point.id === id);
    if (found !== undefined) return found;
    const known = points.slice(-5).map((point) => point.id);
    throw new AgenteError(
      'recovery-point-missing',
      `${this.dataset} has no recovery point ${id}`,
      known.length === 0 ? 'It has none at all: take one first.' : `The newest are ${known.join(', ')}.`,
    );
  }

  /** A point and everything it builds on, oldest first. @throws AgenteError backup-damaged when a parent is gone. */
  async chainOf(point: Manifest): Promise<Manifest[]> {
    const { points } = await this.list();
    const byId = new Map(points.map((each) => [each.id, each]));
    const chain = [point];
    for (let parent = point.parent; parent !== null; parent = chain[0]?.parent ?? null) {
      const found = byId.get(parent);
      if (found === undefined) {
        throw new AgenteError(
          'backup-damaged',
          `${point.id} builds on ${parent}, which is gone`,
          'Restore from a recovery point of another chain: agente-dr catalog list.',
        );
      }
      chain.unshift(found);
    }
    return chain;
  }

  /** What the source held when the point was taken; null when it was not counted. */
  async census(point: Manifest): Promise<Census | null> {
    const record = await this.vault.readRecord(keysOf(this.dataset, point.lineage).census(point.id));
    return record === null ? null : censusSchema.parse(JSON.parse(record.text));
  }

  /** Points, tried or not, that a validation was recorded for. */
  async validated(): Promise<ReadonlySet<string>> {
    const lineages = await this.lineages();
    const tried = await Promise.all(
      lineages.map((lineage) => this.vault.folders(keysOf(this.dataset, lineage).validated)),
    );
    return new Set(tried.flat());
  }

  /** Every object of a kind, in all lineages. */
  async below(kind: (keys: ReturnType<typeof keysOf>) => string): Promise<Listed[]> {
    const lineages = await this.lineages();
    return (await Promise.all(lineages.map((lineage) => this.vault.list(kind(keysOf(this.dataset, lineage)))))).flat();
  }

  async recordValidation(point: Manifest, validation: Validation): Promise<void> {
    const name = validation.endedAt.replace(/[-:.]/g, '');
    const folder = keysOf(this.dataset, point.lineage).validations(point.id);
    await this.create(`${folder}${name}.json`, JSON.stringify(validation, null, 2));
  }

  private lineages(): Promise<string[]> {
    return this.vault.folders(`${this.dataset}/`);
  }

  private async create(key: string, content: string): Promise<void> {
    if ((await this.vault.writeRecord(key, content, 'absent')) !== null) return;
    throw new AgenteError(
      'vault-object-exists',
      `${key} is there already`,
      'Recovery points are never replaced: run the command again for a new one.',
    );
  }

  private async readAt(key: string): Promise<Manifest | UnreadablePoint | null> {
    const record = await this.vault.readRecord(key);
    // Expired between the listing and the reading.
    if (record === null) return null;
    try {
      const manifest = parseManifest(record.text, key);
      if (keysOf(this.dataset, manifest.lineage).manifest(manifest.id) === key && manifest.dataset === this.dataset) {
        return manifest;
      }
      return { key, fact: `it is the manifest of ${manifest.dataset}/${manifest.lineage}/${manifest.id}` };
    } catch (error) {
      if (error instanceof AgenteError) return { key, fact: error.message };
      throw error;
    }
  }
}
