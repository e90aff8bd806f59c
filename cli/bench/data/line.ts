import { serverUser } from '../../../scripts/programs/server-programs';

export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Words of a command that runs as the servers' user. */
export function lent(words: string): string {
  const { name, lent: isLent } = serverUser();
  return isLent ? `setpriv --reuid=${name} --regid=${name} --init-groups -- ${words}` : words;
}

/** How a person closes a stream on its way to the disk: the same programs and levels as ours. */
export const sealInto = (file: string, recipients: readonly string[]): string =>
  `zstd -q -c -1 -T0 --check | age ${recipients.map((key) => `-r ${key}`).join(' ')} > ${quoted(file)}`;
export const openFrom = (file: string, identity: string): string =>
  `age -d -i ${quoted(identity)} < ${quoted(file)} | zstd -q -d -c`;
