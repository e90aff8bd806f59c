import { when, type Rule } from '../rule';
import { coveredBy, destructive, statementsIn, type Statement } from '../statement';
import { iam } from '../types';

/** Rights of AWS's own making by which a recovery point can be destroyed. */
const tooMuch =
  /\/(AdministratorAccess|PowerUserAccess|AWSBackupFullAccess|AmazonS3FullAccess|AmazonRDSFullAccess|AmazonElastiCacheFullAccess|AmazonElasticFileSystemFullAccess|SecretsManagerReadWrite)$/;

const restores = [
  'rds:RestoreDBInstanceToPointInTime',
  'rds:RestoreDBInstanceFromDBSnapshot',
  'backup:StartRestoreJob',
];

const allowed = (statements: readonly Statement[], actions: readonly string[]): string[] => {
  const [allows, denies] = [
    statements.filter((one) => one.allows),
    statements.filter((one) => !one.allows && !one.conditional),
  ];
  const denied = new Set(coveredBy(denies, actions));
  return coveredBy(allows, actions).filter((action) => !denied.has(action));
};

/** An object that is written over is kept by its versions; where recovery points lie, that is still not a restorer's business. */
const writesVault = (statements: readonly Statement[]): boolean => {
  const vaults = statements.filter(({ resources }) => resources.some((name) => /vault|^\*$/.test(name)));
  return allowed(vaults, ['s3:PutObject']).length > 0;
};

const ofRights = {
  group: 'iam',
  scope: 'resource',
  types: [iam.rolePolicy, iam.policy],
  level: 'always',
  unknown: { policy: 'not-applicable' },
} as const;

/** Who may destroy a recovery point: nobody who makes one. */
export const iamRules: readonly Rule[] = [
  {
    ...ofRights,
    id: 'dr-iam-no-delete',
    title: 'no role can delete a recovery point, shorten its life or end its key',
    fix: "name the actions that are needed, and deny the others: { Effect: 'Deny', Action: ['s3:DeleteObject*', …] }",
    references: ['prowler:iam_policy_allows_privilege_escalation'],
    check: ({ inputs }) => {
      const statements = statementsIn(inputs, 'policy');
      if (statements === null) return ['its rights cannot be read'];
      const found = allowed(statements, destructive);
      return when(
        found.length > 0,
        `it may do ${found.length} of ${destructive.length} things that destroy, ${found[0] ?? ''} among them`,
      );
    },
  },
  {
    ...ofRights,
    id: 'dr-iam-restore-apart',
    title: 'who restores writes no recovery points',
    fix: 'two roles: one writes the vault, one restores from it',
    references: [],
    check: ({ inputs }) => {
      const statements = statementsIn(inputs, 'policy') ?? [];
      return when(
        writesVault(statements) && allowed(statements, restores).length > 0,
        'it writes the vault and restores from it: 1 role where 2 are promised, and a restore that goes wrong writes over the evidence',
      );
    },
  },
  {
    id: 'dr-iam-managed',
    group: 'iam',
    title: 'no role has one of the wide rights of AWS',
    scope: 'resource',
    types: [iam.attachment],
    level: 'always',
    unknown: { policyArn: 'not-applicable' },
    fix: 'a policy of its own, or a narrower one of AWS',
    references: ['CKV_AWS_274', 'prowler:iam_role_administratoraccess_policy'],
    check: ({ inputs }) => {
      const name = inputs.text('policyArn') ?? '';
      return when(
        tooMuch.test(name),
        `${name.split('/').at(-1) ?? ''} may do all of ${destructive.length} things that destroy a recovery point`,
      );
    },
  },
];
