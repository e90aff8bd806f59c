import { conflictsWith, distinct, documentIn, needs, oneOf, text, unless, wholeNumber, type RuleTable } from './rule';

const json = unless((value) => documentIn(value) !== undefined, 'must be a JSON document');

const roleName = text(/^[\w+=,.@-]{1,64}$/, 'at most 64 of A-Z a-z 0-9 +=,.@_-');

/** Keys, secrets, roles and logs. */
export const accessRules: RuleTable = {
  'aws:kms/key:Key': { deletionWindowInDays: wholeNumber(7, 30), rotationPeriodInDays: wholeNumber(90, 2_560) },
  'aws:kms/alias:Alias': { name: text(/^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/, 'alias/ and a name') },
  'aws:secretsmanager/secret:Secret': {
    name: text(/^[\w/+=.@-]{1,512}$/, 'at most 512 of A-Z a-z 0-9 /_+=.@-'),
    recoveryWindowInDays: oneOf(0, ...Array.from({ length: 24 }, (_, i) => i + 7)),
    replicas: distinct('region'),
  },
  'aws:secretsmanager/secretVersion:SecretVersion': {
    secretString: conflictsWith('secretBinary', 'secretStringWo'),
    secretStringWo: needs('secretStringWoVersion'),
    secretStringWoVersion: needs('secretStringWo'),
  },
  'aws:iam/role:Role': {
    maxSessionDuration: wholeNumber(3_600, 43_200),
    name: roleName,
    assumeRolePolicy: json,
  },
  'aws:iam/rolePolicy:RolePolicy': { policy: json },
  'aws:cloudwatch/logGroup:LogGroup': {
    retentionInDays: oneOf(
      ...[0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
      ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
    ),
  },
};
