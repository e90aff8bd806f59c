import { observedWorkload } from '../preview/observe';
import { backup, s3 } from '../../policy/types';
import type { Backup } from '../../recovery/protection';
import { backupOf } from '../../recovery/protection';
import { workload } from '../../recovery/workload';
import type { WrittenDataset } from '../../recovery/dataset';
import { gateFinding, type GateFinding } from './finding';
import type { PlannedStack } from './planned-stack';

/** 3-2-1-1-0 of a dataset: copies, ways of copying, elsewhere, out of reach, errors at the last drill. */
export interface Score {
  readonly dataset: string;
  readonly copies: number;
  readonly ways: number;
  readonly elsewhere: number;
  readonly outOfReach: number;
  readonly errors: number;
}

/** How each dataset stands with the resources as they will be. */
export function scores(stacks: readonly PlannedStack[], drillErrors: number): Score[] {
  const seen =
    observedWorkload(
      stacks.map(({ plan }) => plan),
      'after',
    ) ?? workload;
  const locked = stacks.some(({ after }) => after.ofType(backup.lock, s3.lock).length > 0) ? 1 : 0;
  return Object.entries(seen.datasets).map(([dataset, row]) => ({
    dataset,
    ...countsOf(row),
    outOfReach: row.engine === 'git' ? 1 : locked,
    errors: drillErrors,
  }));
}

function countsOf({ protection, also }: WrittenDataset): Pick<Score, 'copies' | 'ways' | 'elsewhere'> {
  const own = protection === null ? null : backupOf(protection);
  const backups: Backup[] = [...(own === null ? [] : [own]), ...also];
  const replica = protection?.kind === 'replica' ? 1 : 0;
  const elsewhere = backups.filter(({ offSite }) => offSite !== null && offSite.by !== null).length;
  const ways = new Set([
    ...backups.map(({ mechanism }) => mechanism),
    ...(protection?.kind === 'replica' ? [protection.mechanism] : []),
  ]);
  // The original is a copy too, and so is each that lies elsewhere.
  return { copies: 1 + replica + backups.length + elsewhere, ways: 1 + ways.size, elsewhere: elsewhere + replica };
}

export function scoreFindings(rows: readonly Score[], urn: string): GateFinding[] {
  return rows
    .filter(({ copies, ways, elsewhere, outOfReach }) => copies < 3 || ways < 2 || elsewhere < 1 || outOfReach < 1)
    .map((row) =>
      gateFinding(
        'dr-gate-score',
        urn,
        `${row.dataset} stands at ${scoreText(row)} of 3-2-1-1-0`,
        'another copy, by another way, in the other region, under a lock',
        'advisory',
      ),
    );
}

export const scoreText = ({ copies, ways, elsewhere, outOfReach, errors }: Score): string =>
  [copies, ways, elsewhere, outOfReach, errors].join('-');
