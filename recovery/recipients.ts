/** A public key of age (X25519). Its checksum is left to age. */
export const recipientForm = /^age1[02-9ac-hj-np-z]{58}$/;

/** One key lies with the site, and one offline: whoever loses either still opens everything. */
export const fewestRecipients = 2;

/** Variable in which a task is told of them, separated by commas. */
export const recipientsVariable = 'BACKUP_RECIPIENTS';

/**
 * Private age key that restores and validations open recovery points with; an operator fills it. Not among the
 * secrets that backups copy (`agente-dr/`): what opens a recovery point must not lie in one.
 */
export const identitySecret = 'agente-dr-keys/backup-identity';
