import * as fs from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AgenteError } from '../../../recovery/errors';
import { damagesOf, fileOf, keyOf, readStored, storeSealed } from '../../archive/sealed';
import { untarInMemory } from '../../archive/tar-in';
import { tarOf } from '../../archive/tar-out';
import type { Census } from '../../catalogue/census';
import type { Manifest, PointKind } from '../../catalogue/manifest';
import type { SecretsManager } from '../../settings/datasets';
import type {
  Damage,
  Engine,
  OpenedCopy,
  RestorePlan,
  RestoreRequest,
  SourceIdentity,
  TakenPoint,
  Work,
} from '../engine';
import { nearestPoint, takenAt } from '../points/nearest-point';
import { countOf } from '../points/restored-files';
import { regionSecretSchema, RegionSecrets, type RegionSecret } from './region-secrets';
import { checkFull, secretLimits, secretsName } from './secret-files-engine';

const sealedName = 'secrets.tar.age';

/** The secrets of a region. Their values are in memory and in sealed files, never in a file that anybody can read. */
export class SecretsManagerEngine implements Engine {
  readonly name = 'secrets';

  constructor(private readonly settings: SecretsManager) {}

  async identify(): Promise<SourceIdentity> {
    const secrets = await this.withRegion((region) => region.read());
    const bytes = secrets.reduce((sum, { text, binary }) => sum + (text ?? binary ?? '').length, 0);
    return { identity: this.identity, timeline: 0, clock: null, bytes };
  }

  async backUp(id: string, kind: PointKind, work: Work): Promise<{ point: TakenPoint; census: Census }> {
    checkFull(kind);
    const at = work.now();
    const secrets = await this.withRegion((region) => region.read(work.signal));
    const members = secrets.map((secret) => ({
      name: `${encodeURIComponent(secret.name)}.json`,
      mode: 0o600,
      content: { kind: 'bytes' as const, bytes: Buffer.from(JSON.stringify(secret)) },
    }));
    const data = members.reduce((sum, { content }) => sum + content.bytes.length, 0);
    const stored = await storeSealed(work, id, secretsName(id), tarOf(members), { compressed: false });
    const point: TakenPoint = {
      method: 'age',
      kind,
      parent: null,
      source: { identity: this.identity, host: os.hostname(), serverVersion: 'secretsmanager' },
      positions: {},
      restorable: { from: at.toISOString(), to: at.toISOString() },
      files: [stored],
      size: { data, stored: stored.size },
      tools: { tar: 'ustar' },
      encryption: { method: work.encryption.method, keys: [...work.encryption.recipients] },
    };
    return { point, census: countOf({ secrets: secrets.length }, at) };
  }

  verify(point: Manifest, work: Work): Promise<Damage[]> {
    return damagesOf(work, point);
  }

  async planRestore(request: RestoreRequest, work: Work): Promise<RestorePlan> {
    const point = await nearestPoint(request, work);
    return {
      points: [point],
      request,
      reaches: takenAt(point),
      bytes: point.size.stored,
      logBytes: 0,
      steps: [
        `fetch ${point.id}, which stays sealed on this disk`,
        `write the secrets that differ to ${this.identity}; the version before stays as AWSPREVIOUS`,
      ],
    };
  }

  async restore(plan: RestorePlan, folder: string, work: Work): Promise<void> {
    const point = plan.points.at(-1);
    if (point === undefined) throw new Error('a plan without a point');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = path.join(folder, `.${sealedName}`);
    const strangers = (await readdir(folder)).filter((name) => path.join(folder, name) !== draft);
    if (strangers.length > 0) throw new AgenteError('target-wrong', `${folder} is not empty`, 'Name an empty folder.');
    await rm(draft, { force: true });
    const file = fileOf(point, secretsName(point.id));
    await pipeline(readStored(work, point, file), fs.createWriteStream(draft, { mode: 0o600 }), {
      signal: work.signal,
    });
    await secretsOf(draft, keyOf(work, point, file), work);
    await rename(draft, path.join(folder, sealedName));
  }

  async open(folder: string, work: Work): Promise<OpenedCopy> {
    const secrets = await secretsOf(sealedIn(folder), folder, work);
    return {
      reached: null,
      census: () => Promise.resolve(countOf({ secrets: secrets.length }, new Date())),
      check: () => Promise.resolve([]),
      query: () => Promise.resolve(secrets.map(({ name, version }) => ({ name, version }))),
      close: () => Promise.resolve(),
    };
  }

  /** Each secret is replaced whole, whoever reads it. */
  checkTarget(): Promise<void> {
    return Promise.resolve();
  }

  async install(folder: string, work: Work): Promise<{ previous: string | null }> {
    const secrets = await secretsOf(sealedIn(folder), folder, work);
    const changed = await this.withRegion(async (region) => {
      const names: string[] = [];
      for (const secret of secrets) if (await region.write(secret)) names.push(secret.name);
      return names;
    });
    return { previous: changed.length === 0 ? null : `AWSPREVIOUS of ${changed.join(', ')}` };
  }

  private get identity(): string {
    return `secretsmanager://${this.settings.region}/${this.settings.prefix}`;
  }

  private async withRegion<T>(work: (region: RegionSecrets) => Promise<T>): Promise<T> {
    const region = new RegionSecrets(this.settings.region, this.settings.prefix);
    try {
      return await work(region);
    } finally {
      region.close();
    }
  }
}

function sealedIn(folder: string): string {
  const file = path.join(folder, sealedName);
  if (fs.existsSync(file)) return file;
  throw new AgenteError('restore-damaged', `${folder} holds no finished restore`, 'Run the restore again.');
}

async function secretsOf(file: string, what: string, work: Work): Promise<RegionSecret[]> {
  const opened = work.encryption.open(fs.createReadStream(file), work.signal);
  const files = await untarInMemory(opened, { limits: secretLimits, what, signal: work.signal });
  return [...files.values()].map((bytes) => regionSecretSchema.parse(JSON.parse(bytes.toString('utf8'))));
}
