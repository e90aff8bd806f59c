import { duration } from '../../recovery/duration';

const betweenBackups = duration('24h');

/** Is it time for the next backup? RDS takes one a day. */
export function isDue(lastBackup: Date | null): boolean {
  return lastBackup === null || Date.now() - lastBackup.getTime() > betweenBackups.ms;
}
