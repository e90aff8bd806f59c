import type { WrittenDataset } from './dataset';
import type { Path } from './fault';
import { backupOf, type Backup } from './protection';

/** Every backup of a dataset, bases included, and where in the table it stands. */
export function backupPlaces({ protection, also }: WrittenDataset, own: Path): { backup: Backup; path: Path }[] {
  const first = protection === null ? null : backupOf(protection);
  const under =
    protection?.kind === 'replica' || protection?.kind === 'rebuilt' ? ['protection', 'with'] : ['protection'];
  return [
    ...(first === null ? [] : withBase(first, [...own, ...under])),
    ...also.flatMap((backup, index) => withBase(backup, [...own, 'also', index])),
  ];
}

function withBase(backup: Backup, path: Path): { backup: Backup; path: Path }[] {
  const base = backup.kind === 'continuous' ? [{ backup: backup.base, path: [...path, 'base'] }] : [];
  return [{ backup, path }, ...base];
}
