import { escapeLiteral } from 'pg';
import type { Session } from './session';

/** Settings that place the server on this machine; a parameter group decides how it works, not where. */
const placed = new Set([
  'listen_addresses',
  'port',
  'unix_socket_directories',
  'ssl',
  'ssl_cert_file',
  'ssl_key_file',
  'data_directory',
  'hba_file',
  'ident_file',
  'archive_command',
  'archive_mode',
  'shared_preload_libraries',
]);

/**
 * Applies a parameter group. Names that only RDS knows (`rds.force_ssl`: all doors here are TLS
 * anyway), settings of the place and formulas over the instance's memory are left out.
 * @returns true when a setting takes effect only after a restart.
 */
export async function applyParameters(
  session: Session,
  parameters: Readonly<Record<string, string>>,
): Promise<boolean> {
  const wanted = Object.entries(parameters).filter(([name, value]) => !placed.has(name) && !value.includes('{'));
  const known = await session.query<{ name: string; setting: string; context: string }>(
    "SELECT name, setting, context FROM pg_settings WHERE name = ANY($1) AND context <> 'internal'",
    [wanted.map(([name]) => name)],
  );
  const values = new Map(wanted);
  for (const { name } of known.rows) {
    await session.query(`ALTER SYSTEM SET ${name} = ${escapeLiteral(values.get(name) ?? '')}`);
  }
  await session.query('SELECT pg_reload_conf()');
  return known.rows.some((row) => row.context === 'postmaster' && row.setting !== values.get(row.name));
}
