import type { Values } from './values';

/** One statement of an IAM or resource policy, as far as the rules read it. */
export interface Statement {
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Principals by name; `*` for everybody. Empty in a policy of IAM. */
  readonly principals: readonly string[];
  readonly conditional: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');

/** A document that nobody can read forbids nothing and allows everything: null, and the rule takes it for a breach. */
export function statementsIn(values: Values, property: string): readonly Statement[] | null {
  const text = values.text(property);
  if (text === undefined) return null;
  try {
    const { Statement: found } = JSON.parse(text) as { Statement?: unknown };
    return (Array.isArray(found) ? found : [found]).map((one) => statement(one as Json));
  } catch {
    return null;
  }
}

function statement(one: Json): Statement {
  const principal = one['Principal'];
  // All but one is as good as all.
  const negated = 'NotPrincipal' in one || 'NotAction' in one;
  return {
    allows: one['Effect'] !== 'Deny',
    actions: negated && one['Effect'] !== 'Deny' ? ['*'] : texts(one['Action']),
    resources: texts(one['Resource']),
    principals:
      typeof principal === 'object' && principal !== null ? Object.values(principal).flatMap(texts) : texts(principal),
    conditional: 'Condition' in one,
  };
}

/** Whether an action of a policy, with its wildcards and in any case, means this one. */
export function covers(pattern: string, action: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(action);
}

/** Of these actions, those that some statement means. */
export function coveredBy(statements: readonly Statement[], actions: readonly string[]): string[] {
  return actions.filter((action) => statements.some((one) => one.actions.some((pattern) => covers(pattern, action))));
}

/** Actions after which a recovery point, or the key to it, is gone or goes earlier than it should. */
export const destructive: readonly string[] = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:DeleteBucket',
  's3:BypassGovernanceRetention',
  's3:PutLifecycleConfiguration',
  's3:PutBucketVersioning',
  's3:PutBucketObjectLockConfiguration',
  's3:PutReplicationConfiguration',
  'backup:DeleteRecoveryPoint',
  'backup:DeleteBackupVault',
  'backup:DeleteBackupVaultLockConfiguration',
  'backup:UpdateRecoveryPointLifecycle',
  'rds:DeleteDBSnapshot',
  'rds:DeleteDBInstance',
  'rds:DeleteDBInstanceAutomatedBackup',
  'elasticache:DeleteSnapshot',
  'elasticfilesystem:DeleteFileSystem',
  'secretsmanager:DeleteSecret',
  'kms:ScheduleKeyDeletion',
  'kms:DisableKey',
];
