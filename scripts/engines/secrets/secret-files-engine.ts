import { rm } from 'node:fs/promises';
import * as os from 'node:os';
import { AgenteError } from '../../../recovery/errors';
import { damagesOf, fileOf, openSealed, storeSealed } from '../../archive/sealed';
import { untar } from '../../archive/tar-in';
import { tarOf } from '../../archive/tar-out';
import type { Census } from '../../catalogue/census';
import type { Manifest, PointKind } from '../../catalogue/manifest';
import type { SecretFiles } from '../../settings/datasets';
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
import { filesAt } from '../points/files-at';
import { nearestPoint, takenAt } from '../points/nearest-point';
import { putFiles } from '../points/put-files';
import { beginFiles, changedFiles, countOf, endFiles, restoredFiles, unchangedFiles } from '../points/restored-files';
import { unpackLegacy } from './legacy-archive';
import { pinnedCommit } from './pinned-commit';

/** What secrets are is small; what is larger is something else, put there by mistake or by malice. */
export const secretLimits = { files: 10_000, bytes: 256 * 1024 * 1024 };

export const secretsName = (id: string): string => `secrets-${id}.tar.age`;

/** Files of secrets on this machine. They are sealed for two keys, one of which lies offline. */
export class SecretFilesEngine implements Engine {
  readonly name = 'secrets';

  constructor(private readonly settings: SecretFiles) {}

  async identify(): Promise<SourceIdentity> {
    const files = await filesAt(this.settings.paths);
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    return { identity: this.identity, timeline: 0, clock: null, bytes };
  }

  async backUp(id: string, kind: PointKind, work: Work): Promise<{ point: TakenPoint; census: Census }> {
    checkFull(kind);
    const { checkout } = this.settings;
    const at = work.now();
    const files = await filesAt(this.settings.paths);
    const pinned = checkout === null ? null : await pinnedCommit(checkout, work.signal);
    if (pinned?.dirty === true) {
      work.progress.say(
        `${String(checkout)} differs from commit ${pinned.commit}: the commit alone does not bring it back`,
      );
    }
    const members = files.map(({ path, real, mode }) => ({
      name: path.slice(1),
      mode,
      content: { kind: 'file' as const, path: real },
    }));
    const archive = tarOf(members, { signal: work.signal });
    const stored = await storeSealed(work, id, secretsName(id), archive, { compressed: false });
    const point: TakenPoint = {
      method: 'age',
      kind,
      parent: null,
      source: { identity: this.identity, host: os.hostname(), serverVersion: 'files' },
      positions: pinned === null ? {} : { commit: pinned.commit, dirty: String(pinned.dirty) },
      restorable: { from: at.toISOString(), to: at.toISOString() },
      files: [stored],
      size: { data: files.reduce((sum, { size }) => sum + size, 0), stored: stored.size },
      tools: { tar: 'ustar' },
      encryption: { method: work.encryption.method, keys: [...work.encryption.recipients] },
    };
    return { point, census: countOf({ files: files.length }, at) };
  }

  verify(point: Manifest, work: Work): Promise<Damage[]> {
    return damagesOf(work, point);
  }

  async planRestore(request: RestoreRequest, work: Work): Promise<RestorePlan> {
    const point = await nearestPoint(request, work);
    const { commit, dirty } = point.positions;
    const changed = dirty === 'true' ? ' (and what was changed in it then)' : '';
    return {
      points: [point],
      request,
      reaches: takenAt(point),
      bytes: point.size.data,
      logBytes: 0,
      steps: [
        `fetch and open ${point.id}`,
        `replace the files that differ, each whole; the old ones stay beside`,
        ...(commit === undefined
          ? []
          : [`the configuration belongs to commit ${commit}${changed}: git checkout ${commit}`]),
      ],
    };
  }

  async restore(plan: RestorePlan, folder: string, work: Work): Promise<void> {
    const point = plan.points.at(-1);
    if (point === undefined) throw new Error('a plan without a point');
    const place = await beginFiles(folder);
    const content = openSealed(work, point, fileOf(point, secretsName(point.id)), { compressed: false });
    const files = await untar(content, place, { limits: secretLimits, what: point.id, signal: work.signal });
    await endFiles(folder, files);
  }

  async restoreArchive(file: string, folder: string, work: Work): Promise<void> {
    const place = await beginFiles(folder);
    await endFiles(folder, await unpackLegacy(file, place, work.signal));
  }

  async open(folder: string): Promise<OpenedCopy> {
    const files = await restoredFiles(folder);
    return {
      reached: null,
      census: () => Promise.resolve(countOf({ files: files.length }, new Date())),
      check: () => changedFiles(folder, files),
      // Names and modes; values are nobody's business here.
      query: () => Promise.resolve(files.map(({ name, mode }) => ({ name, mode: mode.toString(8) }))),
      close: () => Promise.resolve(),
    };
  }

  /** Files are replaced whole, whoever reads them. */
  checkTarget(): Promise<void> {
    return Promise.resolve();
  }

  async install(folder: string, work: Work): Promise<{ previous: string | null }> {
    const files = await unchangedFiles(folder);
    const kept = await putFiles(folder, files, this.settings.paths, work.now());
    // What is in its place now need not lie about in the clear twice.
    await rm(folder, { recursive: true });
    return { previous: kept.length === 0 ? null : kept.join(', ') };
  }

  private get identity(): string {
    return `files://${os.hostname()}${this.settings.paths.join(',')}`;
  }
}

/** @throws AgenteError argument-invalid. */
export function checkFull(kind: PointKind): void {
  if (kind === 'full') return;
  throw new AgenteError('argument-invalid', `secrets have no ${kind} points`, 'Take a full one: it is small.');
}
