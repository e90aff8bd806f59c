import type { ClientConfig } from 'pg';
import { AgenteError } from '../../../recovery/errors';
import { run } from '../../programs/run';
import { findProgram } from '../../programs/server-programs';
import type { PostgresServer } from '../../settings/datasets';
import type { Work } from '../engine';
import { applyArchiving, archivingSettings, writeArchiveScript } from './archiving';
import { writeOwned } from './home';
import { claimRepository } from './ownership';
import { writingPassphrase } from './passphrase';
import { PgBackRest } from './pgbackrest';
import { pgbackrestConfig } from './pgbackrest-config';
import { openFolderPlace, repositoryKey, repositoryOptions } from './repository-place';
import { serverFacts, type ServerFacts } from './server-facts';
import { homeOf, type PostgresOptions } from './server-options';
import { localAccess, valueOf, withSession } from './session';

const defaultArchiveTimeoutSeconds = 60;

/** A server that archives into its lineage's repository, ready to be backed up. */
export interface PreparedServer {
  readonly pgbackrest: PgBackRest;
  readonly access: ClientConfig;
  readonly facts: ServerFacts;
  /** pgBackRest's name of the cluster's log: `15-1`. */
  readonly archiveId: string;
  readonly passphrase: string;
  readonly toolVersion: string;
}

/**
 * Sets a server up to archive; does nothing that is done. @throws AgenteError lineage-owned or lineage-stale
 * before anything is written for a server that the lineage is not, or no longer, the history of.
 */
export async function prepareServer(
  server: PostgresServer,
  options: PostgresOptions,
  work: Work,
): Promise<PreparedServer> {
  const home = homeOf(server, options);
  const access = localAccess(server, server.database);
  const facts = await withSession(access, serverFacts);
  const { dataset } = work.catalogue;
  home.prepare();
  const { systemIdentifier, timeline } = facts;
  await claimRepository(work.vault, dataset, work.lineage, { systemIdentifier, timeline, holder: home.holder() });
  const key = repositoryKey(dataset, work.lineage);
  openFolderPlace(work.vault.place, key);
  const passphrase = await writingPassphrase(home, work);
  const config = pgbackrestConfig({
    repository: repositoryOptions(work.vault.place, key),
    passphrase,
    home,
    server: {
      'pg1-path': facts.dataFolder,
      'pg1-socket-path': server.socketDir,
      'pg1-port': server.port,
      'pg1-user': server.user,
    },
  });
  writeOwned(home.config, config);
  const pgbackrest = new PgBackRest(home.config, home.folder, work.signal);
  // Until the first checkpoint after a promotion pg_control names the old time line, and pgBackRest refuses that.
  await withSession(access, (session) => valueOf(session, 'CHECKPOINT'));
  await pgbackrest.open(facts);
  const archiveId = await archiveIdOf(pgbackrest, facts);
  writeArchiveScript(home, archiveId);
  const seconds = options.archiveTimeoutSeconds ?? defaultArchiveTimeoutSeconds;
  await withSession(access, (session) => applyArchiving(session, archivingSettings(home, seconds)));
  return { pgbackrest, access, facts, archiveId, passphrase, toolVersion: await toolVersion() };
}

async function archiveIdOf(pgbackrest: PgBackRest, { major }: ServerFacts): Promise<string> {
  const { databases } = await pgbackrest.backups();
  const current = databases.at(-1);
  if (current?.version === major) return `${current.version}-${current.id}`;
  throw new AgenteError(
    'version-mismatch',
    `the repository is of PostgreSQL ${current?.version ?? 'no version'}, the server is ${major}`,
    'Give the upgraded server a lineage of its own.',
  );
}

async function toolVersion(): Promise<string> {
  const { stdout } = await run(findProgram('pgbackrest'), ['version']);
  return stdout.replace('pgBackRest', '').trim();
}
