/**
 * MariaDB plays MySQL here, because Debian has no MySQL server. Whatever AWS's MySQL 8.4 says
 * otherwise is in this file, and nowhere else.
 *
 * - Transaction identifiers are DOMAIN-SERVER-NUMBER and always on; `gtid_mode` does not exist.
 * - A password is checked by `mysql_native_password`; MySQL 8.4 has `caching_sha2_password` instead.
 * - Collations of the 0900 family have other names.
 */
const absent = new Set(['gtid_mode', 'enforce_gtid_consistency', 'default_authentication_plugin']);

const collations: Readonly<Record<string, string>> = {
  utf8mb4_0900_ai_ci: 'utf8mb4_uca1400_ai_ci',
  utf8mb4_0900_as_cs: 'utf8mb4_uca1400_as_cs',
};

/** Settings that place the server on this machine; a parameter group decides how it works, not where. */
const placed = new Set([
  'bind_address',
  'datadir',
  'log_bin',
  'log_bin_index',
  'pid_file',
  'port',
  'read_only',
  'relay_log',
  'require_secure_transport',
  'server_id',
  'socket',
  'ssl_ca',
  'ssl_cert',
  'ssl_key',
  'tmpdir',
]);

/**
 * A parameter group in MariaDB's words. Settings of the place, formulas over the instance's memory and
 * what only MySQL has are left out.
 */
export function mariadbParameters(parameters: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const all = Object.entries(parameters).map(([name, value]) => [name.replaceAll('-', '_'), value] as const);
  const known = all.filter(([name, value]) => !absent.has(name) && !placed.has(name) && !value.includes('{'));
  return new Map(known.map(([name, value]) => [name, collations[value] ?? value]));
}
