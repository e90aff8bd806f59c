import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Duration } from '../../recovery/duration';
import { duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';

/** How long one request may take; two attempts. Records are small, so a slow answer means a sick region. */
export interface StoreLimits {
  readonly connect: Duration;
  readonly request: Duration;
}

export const recordLimits: StoreLimits = { connect: duration('1s'), request: duration('2s') };

/**
 * A client for one region's object store. Credentials and endpoint come from the environment, as for
 * every AWS tool.
 */
export function storeClient(
  region: string,
  limits: StoreLimits = recordLimits,
  endpoint: string = process.env['AWS_ENDPOINT_URL_S3'] ?? '',
): S3Client {
  return new S3Client({
    region,
    maxAttempts: 2,
    ...(endpoint === '' ? {} : { endpoint }),
    // A bucket has no host name of its own behind an endpoint that is named by address.
    forcePathStyle: endpoint !== '',
    requestHandler: {
      connectionTimeout: limits.connect.ms,
      requestTimeout: limits.request.ms,
      throwOnRequestTimeout: true,
    },
  });
}

/** Where an object was to be written. */
export interface Place {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
}

/** The error for an object that could not be written: a full disk is not an unreachable store. */
export function writeFailure({ region, bucket, key }: Place, error: unknown): AgenteError {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const fact = `cannot write ${key} to ${bucket} in ${region}: ${reason}`;
  const isFull = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 507;
  return isFull
    ? new AgenteError('disk-full', fact, 'Make room there, then run the command again.', { cause: error })
    : new AgenteError(
        'store-unreachable',
        fact,
        'Check the credentials and the way to that region, then run the command again.',
        { cause: error },
      );
}
