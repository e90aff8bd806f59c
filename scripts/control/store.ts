import { S3Client } from '@aws-sdk/client-s3';
import type { Duration } from '../../recovery/duration';
import { duration } from '../../recovery/duration';

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
export function storeClient(region: string, limits: StoreLimits = recordLimits): S3Client {
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? '';
  return new S3Client({
    region,
    maxAttempts: 2,
    // A bucket has no host name of its own behind an endpoint that is named by address.
    forcePathStyle: endpoint !== '',
    requestHandler: {
      connectionTimeout: limits.connect.ms,
      requestTimeout: limits.request.ms,
      throwOnRequestTimeout: true,
    },
  });
}
