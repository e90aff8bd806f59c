import { row, type TypeTable } from './row';

/** Keys, secrets, roles and logs. */
export const accessTable: TypeTable = {
  'aws:kms/key:Key': row({
    source: 'aws_kms_key',
    forceNew: 'customKeyStoreId customerMasterKeySpec keyUsage multiRegion xksKeyId',
    optionalComputed: 'description multiRegion policy rotationPeriodInDays',
    computed: 'arn keyId tagsAll',
    documents: 'policy',
  }),
  'aws:kms/alias:Alias': row({
    source: 'aws_kms_alias',
    forceNew: 'name namePrefix',
    optionalComputed: 'name namePrefix',
    computed: 'arn targetKeyArn',
    name: ['name', 256],
  }),
  'aws:secretsmanager/secret:Secret': row({
    source: 'aws_secretsmanager_secret',
    forceNew: 'name namePrefix',
    optionalComputed: 'name namePrefix policy replicas type',
    computed: 'arn tagsAll',
    documents: 'policy',
    name: ['name', 512],
  }),
  'aws:secretsmanager/secretVersion:SecretVersion': row({
    source: 'aws_secretsmanager_secret_version',
    forceNew: 'secretBinary secretId secretString secretStringWoVersion',
    optionalComputed: 'versionStages',
    computed: 'arn hasSecretStringWo secretArn versionId',
    writeOnly: 'secretStringWo',
    secret: 'secretBinary secretString',
  }),
  'aws:iam/role:Role': row({
    source: 'aws_iam_role',
    forceNew: 'name namePrefix path',
    optionalComputed: 'inlinePolicies managedPolicyArns name namePrefix',
    computed: 'arn createDate tagsAll uniqueId',
    documents: 'assumeRolePolicy',
    name: ['name', 64],
    global: true,
  }),
  'aws:iam/rolePolicy:RolePolicy': row({
    source: 'aws_iam_role_policy',
    forceNew: 'name namePrefix role',
    optionalComputed: 'name namePrefix',
    documents: 'policy',
    name: ['name', 128],
    global: true,
  }),
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': row({
    source: 'aws_iam_role_policy_attachment',
    forceNew: 'policyArn role',
    global: true,
  }),
  'aws:cloudwatch/logGroup:LogGroup': row({
    source: 'aws_cloudwatch_log_group',
    forceNew: 'logGroupClass name namePrefix',
    optionalComputed: 'deletionProtectionEnabled logGroupClass name namePrefix',
    computed: 'arn tagsAll',
    name: ['name', 512],
  }),
};
