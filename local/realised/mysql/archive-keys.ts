/** Where a server's backups lie in the bucket of its region. */
export const basesPrefix = (archive: string): string => `${archive}/base/`;
export const logPrefix = (archive: string): string => `${archive}/binlog/`;

export const baseKey = (archive: string, end: Date): string =>
  `${basesPrefix(archive)}${String(end.getTime()).padStart(15, '0')}`;

export const baseTime = (key: string): Date => new Date(Number(key.slice(key.lastIndexOf('/') + 1)));
