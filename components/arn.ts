/**
 * ARNs of what another site owns, or what cannot be asked for before it exists. A site never looks
 * anything up in the other region: the region may be gone.
 */
export const arn = {
  bucket: (bucket: string): string => `arn:aws:s3:::${bucket}`,

  database: (region: string, accountId: string, identifier: string): string =>
    `arn:aws:rds:${region}:${accountId}:db:${identifier}`,

  backupVault: (region: string, accountId: string, vaultName: string): string =>
    `arn:aws:backup:${region}:${accountId}:backup-vault:${vaultName}`,

  keyAlias: (region: string, accountId: string, alias: string): string => `arn:aws:kms:${region}:${accountId}:${alias}`,

  anyKey: (region: string, accountId: string): string => `arn:aws:kms:${region}:${accountId}:key/*`,

  /** Every revision: a new one must not need a new policy first. */
  anyTaskDefinition: (region: string, accountId: string, family: string): string =>
    `arn:aws:ecs:${region}:${accountId}:task-definition/${family}:*`,

  alarm: (region: string, accountId: string, name: string): string =>
    `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,

  topic: (region: string, accountId: string, name: string): string => `arn:aws:sns:${region}:${accountId}:${name}`,

  /**
   * Without the six characters that Secrets Manager adds: a replica's are only known where it was made.
   * Secrets Manager finds a secret by it as long as the name does not itself end in a hyphen and six characters.
   */
  secret: (region: string, accountId: string, name: string): string =>
    `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}`,

  /** For IAM, which compares whole ARNs: `?` stands for each of the six characters. */
  secretPattern: (region: string, accountId: string, name: string): string =>
    `${arn.secret(region, accountId, name)}-??????`,
} as const;
