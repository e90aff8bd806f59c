import { escapeIdentifier, escapeLiteral } from 'pg';
import { AgenteError } from '../../../recovery/errors';
import { findProgram } from '../../programs/server-programs';
import { stanza } from './pgbackrest-config';
import { writeOwned, type ServerHome } from './home';
import { valueOf, type Session } from './session';

/** What a server of ours is set to, so that its log reaches the repository. */
export function archivingSettings(home: ServerHome, archiveTimeoutSeconds: number): Record<string, string> {
  return {
    wal_level: 'replica',
    archive_mode: 'on',
    archive_command: `${home.archiveScript} "%p" "%f"`,
    archive_timeout: `${archiveTimeoutSeconds}s`,
  };
}

/** These take effect at a start only. */
const atStart = ['wal_level', 'archive_mode'];

/** How often the script asks the repository whether the history went on without this server. */
const askEverySeconds = 10;

/**
 * The archive_command: pgBackRest's own, refused once the repository holds a time line that this server has
 * never heard of. An old primary that comes back would otherwise write into the history of the new one.
 */
export function writeArchiveScript(home: ServerHome, archiveId: string): void {
  const script = `#!/bin/sh
# Written by agente-dr. Arguments: path and name of the segment; the working directory is the data directory.
set -eu
call() { ${quote(findProgram('pgbackrest'))} ${quote(`--config=${home.config}`)} --stanza=${stanza} "$@"; }
asked=${quote(`${home.folder}/asked`)}
newest_of() { sed -n 's/^\\([0-9A-F]\\{8\\}\\)\\.history$/\\1/p' | sort | tail -n 1; }
if [ -z "$(find "$asked" -newermt '${askEverySeconds} seconds ago' 2>/dev/null)" ]; then
  there=$(call repo-ls ${quote(`archive/${stanza}/${archiveId}`)} | newest_of)
  here=$({ ls pg_wal; echo "$(printf '%.8s' "$2").history"; } | newest_of)
  if [ -n "$there" ] && [ "$(printf '%s\\n%s\\n' "$there" "$here" | sort | tail -n 1)" != "$here" ]; then
    echo "agente-dr: lineage-stale: the repository is on time line $there, this server on $here; $2 is refused" >&2
    exit 1
  fi
  : > "$asked"
fi
call archive-push "$1"
`;
  writeOwned(home.archiveScript, script, 0o700);
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Sets what is not set yet. @throws AgenteError config-invalid when the server must be started anew for it:
 * the settings are written by then.
 */
export async function applyArchiving(session: Session, wanted: Record<string, string>): Promise<void> {
  const waiting: string[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    if (await isSet(session, name, value)) continue;
    await session.query(`ALTER SYSTEM SET ${escapeIdentifier(name)} = ${escapeLiteral(value)}`);
    if (atStart.includes(name)) waiting.push(name);
  }
  await session.query('SELECT pg_reload_conf()');
  if (waiting.length === 0) return;
  throw new AgenteError(
    'config-invalid',
    `PostgreSQL does not archive yet: ${waiting.join(' and ')} is set now and takes effect at its next start`,
    'Start the server anew, then run the command again.',
  );
}

async function isSet(session: Session, name: string, value: string): Promise<boolean> {
  const found = await valueOf<string>(session, 'SELECT current_setting($1)', [name]);
  if (name === 'archive_timeout') return toSeconds(found) === toSeconds(value);
  if (name === 'wal_level') return found === value || found === 'logical';
  return found === value || (name === 'archive_mode' && found === 'always');
}

function toSeconds(text: string): number {
  const [, count, unit = 's'] = /^(\d+)(s|min|h)?$/.exec(text) ?? [];
  return Number(count) * (unit === 'h' ? 3_600 : unit === 'min' ? 60 : 1);
}

export interface ArchiverState {
  readonly lastArchived: string | null;
  /** Set while archiving fails: the newest attempt failed. */
  readonly failing: string | null;
}

export async function archiverState(session: Session): Promise<ArchiverState> {
  const { rows } = await session.query<{ archived: string | null; failed: string | null; failing: boolean | null }>(
    `SELECT last_archived_wal AS archived, last_failed_wal AS failed,
       last_failed_time IS NOT NULL AND last_failed_time > coalesce(last_archived_time, '-infinity') AS failing
     FROM pg_stat_archiver`,
  );
  const [row] = rows;
  return { lastArchived: row?.archived ?? null, failing: row?.failing === true ? row.failed : null };
}
