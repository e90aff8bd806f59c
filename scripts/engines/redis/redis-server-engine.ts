import { AgenteError } from '../../../recovery/errors';
import { damagesOf } from '../../archive/sealed';
import type { Manifest, PointKind } from '../../catalogue/manifest';
import { run } from '../../programs/run';
import type { RedisServer } from '../../settings/datasets';
import type { Damage, Engine, RestorePlan, RestoreRequest, SourceIdentity, Work } from '../engine';
import { nearestPoint, takenAt } from '../points/nearest-point';
import { backUpAppendOnly, backUpSnapshot } from './backup';
import { withConnection } from './connection';
import { checkStopped, installState } from './install';
import { identifyServer } from './live-server';
import { OpenedState } from './opened-state';
import { restoreState } from './restore';
import { serverProgram } from './throw-away-server';

/** A Redis or Valkey of our own: its files are at hand. */
export class RedisServerEngine implements Engine {
  readonly name = 'redis';

  constructor(private readonly settings: RedisServer) {}

  identify(): Promise<SourceIdentity> {
    return withConnection(this.settings, (client) => identifyServer(client, this.settings));
  }

  backUp(id: string, kind: PointKind, work: Work) {
    if (kind === 'full') return backUpSnapshot(id, this.settings, work);
    if (kind === 'incremental') return backUpAppendOnly(id, this.settings, work);
    throw new AgenteError('argument-invalid', 'redis has no log pieces', 'Take a full or an incremental point.');
  }

  verify(point: Manifest, work: Work): Promise<Damage[]> {
    return damagesOf(work, point);
  }

  async planRestore(request: RestoreRequest, work: Work): Promise<RestorePlan> {
    const point = await nearestPoint(request, work);
    await checkVersion(point);
    const form = point.method === 'aof' ? 'the append-only file' : 'the snapshot';
    return {
      points: [point],
      request,
      reaches: takenAt(point),
      // Snapshot and append-only file, so that the server opens it with either.
      bytes: 2 * point.size.data,
      logBytes: 0,
      steps: [
        `fetch and check ${form} of ${point.id}`,
        'open it in a server that nobody reaches, and write the other form',
        `put the folder in the place of ${this.settings.data}; the old one stays beside it`,
      ],
    };
  }

  async restore(plan: RestorePlan, folder: string, work: Work): Promise<void> {
    const point = plan.points.at(-1);
    if (point === undefined) throw new Error('a plan without a point');
    await restoreState(point, folder, work);
  }

  open(folder: string, work: Work): Promise<OpenedState> {
    return OpenedState.open(folder, work.signal);
  }

  checkTarget(): Promise<void> {
    return checkStopped(this.settings);
  }

  install(folder: string, work: Work): Promise<{ previous: string | null }> {
    return installState(folder, this.settings, work.now());
  }
}

/** @throws AgenteError version-mismatch when the point was made by a newer server than there is here. */
async function checkVersion(point: Manifest): Promise<void> {
  const { stdout } = await run(serverProgram(), ['--version']);
  const here = /v=(\d+)\.(\d+)/.exec(stdout);
  const there = /^(\d+)\.(\d+)/.exec(point.source.serverVersion);
  if (here === null || there === null || Number(there[1]) <= Number(here[1])) return;
  throw new AgenteError(
    'version-mismatch',
    `${point.id} was made by version ${point.source.serverVersion}, here is ${String(here[1])}.${String(here[2])}`,
    'Install that version or a newer one.',
  );
}
