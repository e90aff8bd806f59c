import { mkdir, rm } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { damagesOf, fileOf, openSealed, storeSealed } from '../../archive/sealed';
import { untar } from '../../archive/tar-in';
import { tarOf } from '../../archive/tar-out';
import type { Manifest, PointKind } from '../../catalogue/manifest';
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
import { putFiles } from '../points/put-files';
import { beginFiles, changedFiles, endFiles, filesIn, restoredFiles, unchangedFiles } from '../points/restored-files';
import { swapFolder } from '../points/swap-folder';
import { membersAt } from './folder-members';
import { inConfiguration, inData, type MonitoringStore } from './store';

const sealedName = 'state.tar.zst.age';
/** Blocks of years, and room for what a folder holds besides. */
const mostFiles = 200_000;

interface Place {
  /** What the server is known by, on whatever machine its files are read. */
  readonly server: string;
  readonly data: string;
  readonly configuration: readonly string[];
}

/** A monitoring server: one archive of its state and its configuration. */
export class MonitoringEngine implements Engine {
  readonly name = 'files';

  constructor(
    private readonly store: MonitoringStore,
    private readonly place: Place,
  ) {}

  async identify(): Promise<SourceIdentity> {
    return { identity: this.identity, timeline: 0, clock: null, bytes: await this.store.bytes() };
  }

  async backUp(id: string, kind: PointKind, work: Work) {
    if (kind !== 'full') {
      const hint = 'Take a full one.';
      throw new AgenteError('argument-invalid', `${this.store.method} has no ${kind} points`, hint);
    }
    const at = work.now();
    const collected = await this.store.collect(work);
    const { members, census, version } = collected;
    try {
      const configured = await membersAt(this.place.configuration, inConfiguration);
      let data = 0;
      const step = work.progress.begin(`storing ${this.store.method}`, null);
      const onBytes = (bytes: number): void => {
        data += bytes;
        step.advance(bytes);
      };
      const archive = tarOf([...members, ...configured], { signal: work.signal, onBytes });
      const stored = await storeSealed(work, id, sealedName, archive).finally(() => step.end());
      const point: TakenPoint = {
        method: this.store.method,
        kind,
        parent: null,
        source: { identity: this.identity, host: os.hostname(), serverVersion: version },
        positions: {},
        restorable: { from: at.toISOString(), to: at.toISOString() },
        files: [stored],
        size: { data, stored: stored.size },
        tools: { [this.store.method]: version },
        encryption: { method: work.encryption.method, keys: [...work.encryption.recipients] },
      };
      return { point, census };
    } finally {
      await collected.release();
    }
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
      bytes: point.size.data,
      logBytes: 0,
      steps: [
        `fetch ${point.id} and open it`,
        `put it in the place of ${this.place.data}; the old one stays beside it`,
        ...(this.place.configuration.length === 0
          ? []
          : [`put ${this.place.configuration.join(', ')} back; what differs stays beside`]),
      ],
    };
  }

  async restore(plan: RestorePlan, folder: string, work: Work): Promise<void> {
    const point = plan.points.at(-1);
    if (point === undefined) throw new Error('a plan without a point');
    const draft = await beginFiles(folder);
    const step = work.progress.begin(`fetching ${point.id}`, point.size.data);
    try {
      const files = await untar(openSealed(work, point, fileOf(point, sealedName)), draft, {
        limits: { files: mostFiles, bytes: point.size.data + 1024 * 1024 },
        what: point.id,
        signal: work.signal,
        onBytes: (bytes) => step.advance(bytes),
      });
      await mkdir(path.join(draft, inData), { recursive: true, mode: 0o700 });
      await endFiles(folder, files);
    } finally {
      step.end();
    }
  }

  async open(folder: string, work: Work): Promise<OpenedCopy> {
    const files = await restoredFiles(folder);
    const opened = await this.store.open(path.join(filesIn(folder), inData), work);
    return {
      reached: null,
      census: () => opened.census(),
      check: async () => [...(await changedFiles(folder, files)), ...(await opened.check())],
      query: (text) => opened.query(text),
      close: () => opened.close(),
    };
  }

  async checkTarget(): Promise<void> {
    const user = await this.store.user();
    if (user === null) return;
    throw new AgenteError(
      'target-running',
      `${user}; a restore would pull ${this.place.data} from under it`,
      'Stop it, then run the command again.',
    );
  }

  async install(folder: string, work: Work): Promise<{ previous: string | null }> {
    const files = await unchangedFiles(folder);
    await this.checkTarget();
    const now = work.now();
    const configured = files.filter(({ name }) => name.startsWith(`${inConfiguration}/`));
    const kept = await putFiles(folder, configured, this.place.configuration, now, `${inConfiguration}/`);
    const previous = await swapFolder(path.join(filesIn(folder), inData), this.place.data, now);
    await rm(folder, { recursive: true });
    return { previous: [previous, ...kept].filter((name) => name !== null).join(', ') || null };
  }

  private get identity(): string {
    return `files://${this.place.server}${this.place.data}`;
  }
}
