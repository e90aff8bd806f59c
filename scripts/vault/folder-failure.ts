import { AgenteError } from '../../recovery/errors';

export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** The error for a file that could not be read or written; what is none of the file system's own is passed on. */
export function folderFailure(fact: string, error: unknown): Error {
  if (!(error instanceof Error) || error instanceof AgenteError) return error as Error;
  if (error.name === 'AbortError') {
    return new AgenteError('cancelled', `${fact}: stopped`, 'Run the command again.', { cause: error });
  }
  const options = { cause: error };
  if (isCode(error, 'ENOENT', 'ENOTDIR')) {
    return new AgenteError(
      'vault-object-missing',
      `${fact}: it is not there`,
      'See agente-dr catalog verify.',
      options,
    );
  }
  if (isCode(error, 'EEXIST')) {
    const hint = 'Recovery points are never replaced: a second run gets a name of its own.';
    return new AgenteError('vault-object-exists', `${fact}: something lies there already`, hint, options);
  }
  if (isCode(error, 'ENOSPC', 'EDQUOT')) {
    return new AgenteError('disk-full', `${fact}: no room`, 'Make room there, then run the command again.', options);
  }
  if (isCode(error, 'EACCES', 'EPERM', 'EROFS')) {
    const hint = 'Run as the user that owns the vault, or mend its rights.';
    return new AgenteError('vault-denied', `${fact}: ${error.message}`, hint, options);
  }
  if (isCode(error, 'EIO', 'ESTALE', 'EHOSTDOWN', 'ETIMEDOUT', 'ENOTCONN')) {
    const hint = 'Check the disk or the mount, then run the command again.';
    return new AgenteError('store-unreachable', `${fact}: ${error.message}`, hint, options);
  }
  return error;
}
