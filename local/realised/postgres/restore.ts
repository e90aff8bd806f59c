import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { duration } from '../../../recovery/duration';
import type { RegionContext, Server } from '../../supervisor/part';
import type { ArchiveSource } from '../database-engine';
import type { Instance } from '../database-instance';
import { writeOwned } from '../owned-file';
import { configure, writeAccessRules } from './cluster';
import { startClosed } from './instance';
import { Repository } from './repository';
import { valueOf, withSession } from './session';

const replayLimit = duration('30m');
const recoverySettings = /^(?:restore_command|recovery_target\w*)\s*=/;

/** A backup, and on it the WAL up to the target. The server that comes out has a timeline of its own. */
export async function restore(
  context: RegionContext,
  instance: Instance,
  source: ArchiveSource,
  target: Date | null,
): Promise<void> {
  const repository = new Repository(context, instance, source);
  repository.configure(1);
  const { lastBackup } = await repository.info();
  await repository.restore(target);
  settle(instance);
  const server = await startClosed(context, instance);
  try {
    await untilPromoted(instance, server);
    await checkReached(instance, source, { target, lastBackup });
  } finally {
    await server.stop('SIGINT', 60_000);
  }
  writeOwned(automaticSettings(instance), '');
}

const automaticSettings = (instance: Instance): string => path.join(instance.data, 'postgresql.auto.conf');

/** What the source was told by ALTER SYSTEM is not the copy's: with its archive command it would write into the source's history. */
function settle(instance: Instance): void {
  const lines = fs.readFileSync(automaticSettings(instance), 'utf8').split('\n');
  writeOwned(automaticSettings(instance), [...lines.filter((line) => recoverySettings.test(line)), ''].join('\n'));
  writeAccessRules(instance);
  configure(instance, null);
}

async function untilPromoted(instance: Instance, server: Server): Promise<void> {
  const deadline = Date.now() + replayLimit.ms;
  const isDone = () =>
    withSession(instance, (session) => valueOf<boolean>(session, 'SELECT NOT pg_is_in_recovery()')).catch(() => false);
  while (!(await isDone())) {
    if (server.pid === null) throw new Error(`${instance.identifier} ended before it had replayed to its target`);
    if (Date.now() > deadline) throw new Error(`${instance.identifier} still replays after ${replayLimit.toString()}`);
    await pause(50);
  }
}

/** A segment that is missing or damaged ends a replay to the newest moment without a word. @throws Error then. */
async function checkReached(
  instance: Instance,
  { window }: ArchiveSource,
  { target, lastBackup }: { target: Date | null; lastBackup: Date | null },
): Promise<void> {
  if (target !== null || lastBackup === null || lastBackup >= window.latest) return;
  const replayed = await withSession(instance, (session) =>
    valueOf<Date | null>(session, 'SELECT pg_last_xact_replay_timestamp()'),
  );
  if (replayed !== null && replayed >= window.latest) return;
  const reached = replayed?.toISOString() ?? 'the backup';
  throw new Error(`replay ended at ${reached}, the archive reaches ${window.latest.toISOString()}`);
}
