import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import type { Manifest } from '../../catalogue/manifest';
import { run } from '../../programs/run';
import { postgresProgram, serverUser } from '../../programs/server-programs';
import { tied } from '../../programs/tied';
import type { Damage, RestorePlan, Work } from '../engine';
import { ownedFolder, writeOwned, type ServerHome } from './home';
import { LogDelivery } from './log-delivery';
import { PgBackRest } from './pgbackrest';
import { pgbackrestConfig } from './pgbackrest-config';
import { routeTo, type PhysicalRoute } from './physical-plan';
import { repositoryKey, repositoryOptions } from './repository-place';
import type { RestoreFolder } from './restore-folder';
import { withSession, valueOf } from './session';
import { manifestDamages, pieceDamages } from './stored-damage';
import { takeFromDeadServer, ThrowAwayServer } from './throw-away-server';

/** Restores a base, replays its log to the target in a server of its own, and ends the recovery there. */
export async function physicalRestore(
  plan: RestorePlan,
  folder: RestoreFolder,
  { home, work }: { home: ServerHome; work: Work },
): Promise<void> {
  const base = plan.points.at(-1) ?? null;
  folder.begin();
  try {
    if (base !== null) await refuseOtherVersion(base);
    const route = await routeTo({ ...plan.request, base }, { home, work });
    await restoreFiles(route, folder, work).catch(async (error: unknown) => {
      throw await named(error, plan, route, work);
    });
    const reached = await replay(plan, route, folder, work);
    folder.finish({ reached: reached.toISOString(), systemIdentifier: route.base.source.identity });
  } catch (error) {
    // A stopped run is continued; what is damaged must not lie about.
    if (!(error instanceof AgenteError) || error.code !== 'cancelled') folder.clear();
    throw error;
  }
}

/** pgBackRest often says that something is damaged, and seldom what: our own reading finds the file. */
async function named(error: unknown, plan: RestorePlan, route: PhysicalRoute, work: Work): Promise<unknown> {
  if (!(error instanceof AgenteError) || error.code !== 'restore-damaged') return error;
  const damages: Damage[] = [];
  for (const point of plan.points) {
    const ofManifest = await manifestDamages(point, work);
    const ofFiles = ofManifest.length > 0 ? [] : await pieceDamages(point, route.passphrase, work);
    damages.push(...ofManifest, ...ofFiles);
  }
  if (damages.length === 0) return error;
  const facts = damages.slice(0, 3).map(({ what, fact }) => `${what}: ${fact}`);
  return new AgenteError('restore-damaged', facts.join('; '), error.hint, { cause: error });
}

/** @throws AgenteError version-mismatch: the files of one major version mean nothing to another. */
async function refuseOtherVersion({ source }: Manifest): Promise<void> {
  const { stdout } = await run(postgresProgram('postgres'), ['--version']);
  const [here] = /(\d+)\.\d+/.exec(stdout) ?? [''];
  if (here.split('.')[0] === source.serverVersion.split('.')[0]) return;
  throw new AgenteError(
    'version-mismatch',
    `the recovery point is of PostgreSQL ${source.serverVersion}, this machine has ${here}`,
    `Install PostgreSQL ${source.serverVersion.split('.')[0] ?? ''}.`,
  );
}

async function restoreFiles({ base, passphrase }: PhysicalRoute, folder: RestoreFolder, work: Work): Promise<void> {
  await takeFromDeadServer(folder.data);
  for (const name of ['lock', 'spool', 'log']) ownedFolder(path.join(folder.tool, name));
  const config = path.join(folder.tool, 'pgbackrest.conf');
  const key = repositoryKey(base.dataset, base.lineage);
  writeOwned(
    config,
    pgbackrestConfig({
      repository: repositoryOptions(work.vault.place, key),
      passphrase,
      home: { folder: folder.tool },
      server: { 'pg1-path': folder.data },
    }),
  );
  const pgbackrest = new PgBackRest(config, folder.tool, work.signal, tied);
  const step = work.progress.begin(`restoring ${base.id}`, 100);
  try {
    // No recovery settings: without them a half-way state is one that a server refuses.
    const options = [
      `--set=${base.positions['label'] ?? ''}`,
      '--type=none',
      // What is damaged is so at the second reading too.
      '--job-retry=0',
      `--tablespace-map-all=${folder.tablespaces}`,
    ];
    await pgbackrest.run('restore', [...options, ...continued(folder), '--log-level-console=detail'], (line) => {
      const share = /\(\S+, ([\d.]+)%\)/.exec(line)?.[1];
      if (share !== undefined) step.set(Number(share), 100);
    });
  } finally {
    step.end();
  }
  await giveAll(folder);
  settleAutomaticSettings(folder.data);
}

/** What a killed run left is taken over where its content is right. */
function continued({ data }: RestoreFolder): string[] {
  if (fs.existsSync(path.join(data, 'PG_VERSION')) || fs.existsSync(path.join(data, 'backup.manifest'))) {
    return ['--delta'];
  }
  for (const name of fs.readdirSync(data)) fs.rmSync(path.join(data, name), { recursive: true });
  return [];
}

async function giveAll({ data, tablespaces }: RestoreFolder): Promise<void> {
  const { lent, uid, gid } = serverUser();
  if (!lent) return;
  const folders = [data, tablespaces].filter((folder) => fs.existsSync(folder));
  await run('chown', ['-R', '--no-dereference', `${uid}:${gid}`, ...folders]);
}

/** A recovery that the source itself once went through is not ours. */
function settleAutomaticSettings(data: string): void {
  const file = path.join(data, 'postgresql.auto.conf');
  if (!fs.existsSync(file)) return;
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  writeOwned(
    file,
    lines.filter((line) => !/^\s*(?:restore_command|recovery_\w+|primary_\w+)\s*=/.test(line)).join('\n'),
  );
  for (const name of ['standby.signal', 'recovery.signal']) fs.rmSync(path.join(data, name), { force: true });
}

/** @returns the instant that the state is of. */
async function replay(plan: RestorePlan, route: PhysicalRoute, folder: RestoreFolder, work: Work): Promise<Date> {
  const delivery = new LogDelivery(folder.log, route);
  // Its restore_command is told at the start only: without it PostgreSQL refuses a directory that is to recover.
  writeOwned(path.join(folder.data, 'recovery.signal'), '');
  const [setting, value] = route.stop;
  const server = await ThrowAwayServer.start(folder.data, folder.server, {
    restore_command: delivery.command,
    [setting]: value,
    recovery_target_action: 'pause',
    recovery_target_timeline: route.course.timeline,
  });
  const step = work.progress.begin('replaying the log', route.course.segments.length * route.position.segmentSize);
  const handing = delivery.run(work, step);
  try {
    const question = "SELECT pg_is_in_recovery() AND pg_get_wal_replay_pause_state() = 'paused'";
    await server.until('it had replayed to the target', question, work.signal);
    const last = await withSession(server.access, (session) =>
      valueOf<Date | null>(session, 'SELECT pg_last_xact_replay_timestamp()'),
    );
    // At the target this ends the recovery, at once: a request to promote is looked for every second only.
    await withSession(server.access, (session) => session.query('SELECT pg_wal_replay_resume()'));
    await server.until('it was promoted', 'SELECT NOT pg_is_in_recovery()', work.signal);
    await withSession(server.access, (session) => session.query('CHECKPOINT'));
    await server.stop();
    // A place in the log has no time of its own: the last transaction before it tells.
    return plan.request.target.to === 'position' ? (last ?? route.reaches) : route.reaches;
  } catch (error) {
    await server.kill();
    throw delivery.damage ?? replayFailure(error, server.said);
  } finally {
    delivery.stop();
    await handing;
    step.end();
  }
}

function replayFailure(error: unknown, said: string): unknown {
  if (!(error instanceof AgenteError) || error.code !== 'engine-failed') return error;
  if (/No space left/i.test(said)) {
    return new AgenteError('disk-full', `no room to replay the log: ${said}`, 'Make room, then run it again.', {
      cause: error,
    });
  }
  return new AgenteError('restore-damaged', error.message, 'Restore from another recovery point.', { cause: error });
}
