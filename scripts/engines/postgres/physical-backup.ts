import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import type { Census } from '../../catalogue/census';
import type { Manifest, PointKind } from '../../catalogue/manifest';
import type { PostgresServer } from '../../settings/datasets';
import type { TakenPoint, Work } from '../engine';
import { refuseLogGap } from './log-check';
import { passphraseKey } from './passphrase';
import type { BackupInfo, PgBackRest } from './pgbackrest';
import { prepareServer, type PreparedServer } from './prepare-server';
import { repositoryKey } from './repository-place';
import type { PostgresOptions } from './server-options';
import { SourceCount } from './source-count';
import { storedManifest } from './stored-manifest';

/** One segment of the log. */
const leastRoom = 16 * 1024 * 1024;
/** Name that ties a backup of the repository to the point of the catalogue. */
const annotation = 'agente-id';

interface Request {
  readonly id: string;
  readonly kind: PointKind;
  readonly work: Work;
}

type Taken = Promise<{ point: TakenPoint; census: Census | null }>;

/** A full or incremental backup by pgBackRest, into the lineage's repository. */
export async function physicalBackup(server: PostgresServer, options: PostgresOptions, request: Request): Taken {
  try {
    return await take(server, options, request);
  } catch (error) {
    throw fullVault(error, request.work) ?? error;
  }
}

/** An archive that has no room left shows in the server only, which waits for it. */
function fullVault(error: unknown, { vault: { place }, catalogue, lineage }: Work): AgenteError | null {
  if (!(error instanceof AgenteError) || error.code !== 'log-gap' || place.kind !== 'folder') return null;
  const { bavail, bsize } = fs.statfsSync(path.join(place.path, repositoryKey(catalogue.dataset, lineage)));
  if (bavail * bsize > leastRoom) return null;
  const fact = `the vault ${place.path} has no room left, so the log cannot be archived: ${error.message}`;
  return new AgenteError('disk-full', fact, 'Make room there; the server hands its log in by itself.', {
    cause: error,
  });
}

async function take(server: PostgresServer, options: PostgresOptions, { id, kind, work }: Request): Taken {
  if (kind === 'log') {
    throw new AgenteError(
      'argument-invalid',
      'the log of PostgreSQL is archived by the server itself, without end',
      'Take a full or an incremental point.',
    );
  }
  const prepared = await prepareServer(server, options, work);
  const { pgbackrest, access, facts } = prepared;
  const listed = (await work.catalogue.list()).points.filter((point) => point.lineage === work.lineage);
  await dropUnlisted(pgbackrest, listed);
  const { backups } = await pgbackrest.backups();
  const parent = kind === 'full' ? null : parentOf(backups, listed);
  await refuseLogGap(prepared, { parent, last: listed.at(-1) ?? null, work });
  if (!facts.checksums) work.progress.say('this cluster has no data checksums: damaged pages are copied unseen');
  const counting = await SourceCount.begin(access);
  const { after, warnings } = await copy(pgbackrest, parent === null ? 'full' : 'incr', id, work);
  const backup = await taken(pgbackrest, id);
  await refuseDamagedSource(pgbackrest, backup, warnings);
  const census = await counting.end();
  const manifest = await storedManifest(backup.label, prepared.passphrase, work);
  return { point: pointOf({ prepared, backup, parent, at: after, file: manifest, work }), census };
}

/** A backup whose point was never listed was promised to nobody, and no later one may build on it. */
async function dropUnlisted(pgbackrest: PgBackRest, listed: readonly Manifest[]): Promise<void> {
  const labels = new Set(listed.map((point) => point.positions['label']));
  const { backups } = await pgbackrest.backups();
  const ours = backups.filter(
    ({ label, annotation: notes }) => notes?.[annotation] !== undefined && !labels.has(label),
  );
  for (const { label } of ours.reverse()) await expire(pgbackrest, label);
}

export async function expire(pgbackrest: PgBackRest, label: string): Promise<void> {
  await pgbackrest.run('expire', [`--set=${label}`]);
}

/**
 * The listed point that pgBackRest will build on: always the newest of the repository. One that somebody took
 * by hand is no point of ours, so a full one is taken instead.
 */
function parentOf(backups: readonly BackupInfo[], listed: readonly Manifest[]): Manifest | null {
  const newest = backups.at(-1)?.label;
  return listed.find((point) => point.positions['label'] === newest) ?? null;
}

const stoppedForm = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) .*backup stop archive = /;
const shareForm = /\(([\d.]+)([KMGT]?B), ([\d.]+)%\)/;

/** @returns the instant after which the copy is whole in itself, and what pgBackRest warned of. */
async function copy(
  pgbackrest: PgBackRest,
  type: string,
  id: string,
  work: Work,
): Promise<{ after: Date; warnings: string[] }> {
  const step = work.progress.begin(`copying ${work.catalogue.dataset}`, 100);
  let after = work.now();
  const warnings: string[] = [];
  try {
    await pgbackrest.run(
      'backup',
      [`--type=${type}`, `--annotation=${annotation}=${id}`, '--log-level-console=detail', '--no-expire-auto'],
      (line) => {
        const [, day, time] = stoppedForm.exec(line) ?? [];
        if (day !== undefined) after = new Date(`${day}T${time ?? ''}Z`);
        const warning = /WARN: (.*)$/.exec(line)?.[1];
        if (warning !== undefined) warnings.push(warning);
        const share = shareForm.exec(line)?.[3];
        if (share !== undefined) step.set(Number(share), 100);
      },
    );
  } finally {
    step.end();
  }
  return { after, warnings };
}

async function taken(pgbackrest: PgBackRest, id: string): Promise<BackupInfo> {
  const { backups } = await pgbackrest.backups();
  const found = backups.find(({ annotation: notes }) => notes?.[annotation] === id);
  if (found !== undefined) return found;
  throw new AgenteError('tool-failed', 'pgbackrest ended well and its repository has no new backup', 'Run it again.');
}

/** A page whose checksum is wrong is a WARN to pgBackRest, and an exit code of 0. */
async function refuseDamagedSource(
  pgbackrest: PgBackRest,
  backup: BackupInfo,
  warnings: readonly string[],
): Promise<void> {
  if (backup.error !== true) return;
  await expire(pgbackrest, backup.label);
  throw new AgenteError(
    'source-damaged',
    `the server's own files are damaged: ${warnings.slice(0, 3).join('; ') || 'pgBackRest names no file'}`,
    'Restore an older recovery point beside it and compare; a backup of a damaged page is not kept.',
  );
}

interface Parts {
  readonly prepared: PreparedServer;
  readonly backup: BackupInfo;
  readonly parent: Manifest | null;
  readonly at: Date;
  readonly file: Manifest['files'][number];
  readonly work: Work;
}

function pointOf({ prepared, backup, parent, at, file, work }: Parts): TakenPoint {
  const { facts, archiveId, toolVersion } = prepared;
  const instant = at.toISOString();
  const { size, repository } = backup.info;
  return {
    method: 'pgbackrest',
    kind: parent === null ? 'full' : 'incremental',
    parent: parent?.id ?? null,
    source: { identity: facts.systemIdentifier, host: facts.host, serverVersion: facts.serverVersion },
    positions: {
      label: backup.label,
      archive: archiveId,
      timeline: String(Number(`0x${(backup.archive.start ?? '1').slice(0, 8)}`)),
      startLsn: backup.lsn.start,
      stopLsn: backup.lsn.stop,
      startSegment: backup.archive.start ?? '',
      stopSegment: backup.archive.stop ?? '',
      segmentSize: String(facts.segmentSize),
      systemIdentifier: facts.systemIdentifier,
    },
    restorable: { from: parent?.restorable.from ?? instant, to: instant },
    files: [file],
    size: { data: size, stored: repository.delta ?? repository.size ?? 0 },
    tools: { pgbackrest: toolVersion, postgres: facts.serverVersion },
    encryption: { method: 'aes-256-cbc', keys: [passphraseKey(work, work.lineage)] },
  };
}
