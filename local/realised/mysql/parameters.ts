import type { Parameters } from '../database-engine';
import type { Instance } from '../database-instance';
import { configureParameters } from './configuration';
import { mariadbParameters } from './mariadb';
import { rowsOf, withSession } from './session';

/**
 * Applies a parameter group, as far as MariaDB knows it: now where that is possible, after a restart in any case.
 * @returns true when a setting takes effect only after a restart.
 */
export function applyParameters(instance: Instance, parameters: Parameters): Promise<boolean> {
  const wanted = mariadbParameters(parameters);
  return withSession(instance, async (session) => {
    const variables = await rowsOf(
      session,
      'SELECT LOWER(VARIABLE_NAME) AS name, READ_ONLY AS fixed FROM information_schema.SYSTEM_VARIABLES',
    );
    const known = variables.filter(({ name }) => wanted.has(String(name)));
    configureParameters(instance, new Map(known.map(({ name }) => [String(name), wanted.get(String(name)) ?? ''])));
    for (const { name } of known.filter(({ fixed }) => fixed === 'NO')) {
      const value = wanted.get(String(name)) ?? '';
      await session.query(`SET GLOBAL ${String(name)} = ?`, [/^-?\d+$/.test(value) ? Number(value) : value]);
    }
    return known.some(({ fixed }) => fixed === 'YES');
  });
}
