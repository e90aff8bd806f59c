import type { Disruption } from './disruption';

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Where something stands in a workload: `datasets`, `postgres`, `protection`. */
export type Path = readonly (string | number)[];

/** One value that is set, or one that is taken away. */
export type Change = { readonly path: Path; readonly value: Json } | { readonly path: Path; readonly remove: true };

/** Every contradiction that the calculus can find, and what it is called in a sentence. */
export const faultCodes = {
  'value-invalid': 'a value is missing or is not of its kind',
  'key-unknown': 'a key is not one of the table',
  'tier-unknown': 'a tier is not one of the four',
  'schedule-invalid': 'a schedule is not five fields of cron',
  'name-taken': 'two rows have one name',
  'name-invalid': 'a name cannot be the name of a resource',
  'reference-unknown': 'a row names another that is not there',
  'protection-missing': 'something has a tier and nothing that keeps it',
  'backup-missing': 'a replica has no backup behind it',
  'schedule-never-fires': 'a job never starts',
  'run-above-interval': 'a job may still run when it starts again',
  'interval-below-floor': 'copies are asked for more often than the mechanism makes them',
  'archive-without-timeout': 'an idle log is never shipped',
  'copy-unshipped': 'a copy elsewhere is declared and nothing brings it there',
  'off-site-missing': 'nothing of a dataset lies outside its region',
  'loss-above-rpo': 'the worst case loses more than the objective allows',
  'recovery-above-rto': 'the worst case takes longer than the objective allows',
  'recovery-unstated': 'nobody says how a dataset comes back',
  'retention-below-detection': 'the last good copy is gone before the damage is noticed',
  'validation-too-rare': 'copies are gone before anything has tried them',
  'steps-above-rto': 'the steps of a runbook add to more than its objective',
  'detection-missing': 'a runbook starts when somebody already knows',
  'redirect-before-verify': 'guests are sent to a place before it is proven',
  'runbook-loss-above-rpo': 'a runbook says that more is lost than its objective allows',
  'procedure-loss-above-rpo': 'a procedure loses more than the objective of its dataset allows',
  'procedure-above-rto': 'a procedure takes longer than the objective of its dataset allows',
  'alarm-too-late': 'an alarm is raised when the objective is lost already',
  'drill-missing': 'the recovery of a tier is never practised',
} as const;
export type FaultCode = keyof typeof faultCodes;

export interface Fix {
  readonly text: string;
  readonly changes: readonly Change[];
}

/** A contradiction: where, what it is, what it must be, and a change that removes it. */
export interface Fault {
  readonly code: FaultCode;
  readonly path: Path;
  /** What must go wrong for it to matter, where it is not always wrong. */
  readonly disruption?: Disruption;
  readonly fact: string;
  readonly is: string;
  readonly must: string;
  readonly fix: Fix;
}

/** A path as people write it: `datasets.postgres.tier`. */
export function dotted(path: Path): string {
  return path.join('.');
}

/** A fault in one line and its fix in another. */
export function explainFault({ code, path, fact, fix }: Fault): string {
  return `${dotted(path)}: ${fact} [${code}]\n  fix: ${fix.text}`;
}
