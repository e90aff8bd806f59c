import { S3ServiceException } from '@aws-sdk/client-s3';
import { AgenteError, type ErrorCode } from '../../recovery/errors';

const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** S3's own names for what can be wrong, beside the statuses. */
const byName: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  NoSuchKey: ['vault-object-missing', 'See agente-dr catalog verify.'],
  NotFound: ['vault-object-missing', 'See agente-dr catalog verify.'],
  NoSuchBucket: ['store-unreachable', 'Check the name and the region of the bucket in the settings.'],
  RequestTimeTooSkewed: ['clock-skew', 'Set the clock of this host (chronyc makestep), then run the command again.'],
  ExpiredToken: ['vault-denied', 'Renew the credentials, then run the command again.'],
  ExpiredTokenException: ['vault-denied', 'Renew the credentials, then run the command again.'],
  CredentialsProviderError: ['vault-denied', 'Give credentials as for every AWS tool: environment, profile, or role.'],
};
const byStatus: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  403: ['vault-denied', 'Check whose credentials these are, and what they may do with the bucket.'],
  401: ['vault-denied', 'Check whose credentials these are, and what they may do with the bucket.'],
  409: ['vault-object-exists', 'Recovery points are never replaced: a second run gets a name of its own.'],
  412: ['vault-object-exists', 'Recovery points are never replaced: a second run gets a name of its own.'],
  507: ['disk-full', 'Make room there, then run the command again.'],
};

/** The error for a request that the object store refused or never answered. */
export function s3Failure(fact: string, error: unknown): AgenteError {
  if (error instanceof AgenteError) return error;
  if (error instanceof Error && error.name === 'AbortError') {
    return new AgenteError('cancelled', `${fact}: stopped`, 'Run the command again.', { cause: error });
  }
  const status = error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
  const named = error instanceof Error ? byName[error.name] : undefined;
  const [code, hint] = named ??
    byStatus[status] ?? ['store-unreachable', 'Check the way to that region, then run the command again.'];
  return new AgenteError(code, `${fact}: ${reasonOf(error)}`, hint, { cause: error });
}

/** 412: another version is there. 409: another write is under way. 404: the version to write over is gone. */
export function isConflict(error: unknown): boolean {
  return error instanceof S3ServiceException && [404, 409, 412].includes(error.$metadata.httpStatusCode ?? 0);
}
