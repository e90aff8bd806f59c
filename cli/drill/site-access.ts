import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as fs from 'node:fs';
import * as https from 'node:https';
import { accountKey } from '../../local/realised/store-client';
import { machineRegions, type Machine } from '../../local/machine';
import { secretValue } from '../../local/secret-value';
import { parseContract } from '../../recovery/contract';
import { bucketName, controlKeys, type Site } from '../../recovery/sites';
import type { StoreAccess } from './stores';

/**
 * How to reach the stores of a site of a local machine: its contract from its own control bucket, its
 * secrets from its own region. Asks nothing of the other site.
 *
 * @throws Error when the site has no contract yet; AgenteError contract-invalid.
 */
export async function siteAccess(machine: Machine, site: Site): Promise<StoreAccess> {
  const region = machineRegions[site];
  const ca = fs.readFileSync(machine.authorityFile, 'utf8');
  const { bucket, content } = await controlObject(machine, region, controlKeys.contract);
  return {
    contract: parseContract(content, bucket),
    ca,
    secret: (name) => Promise.resolve(secretValue(machine, region, name)),
  };
}

/** An object of a control bucket as an operator reads it, from outside all regions. @throws Error when it is not there. */
export async function controlObject(
  machine: Machine,
  region: string,
  key: string,
): Promise<{ readonly bucket: string; readonly content: unknown }> {
  const client = new S3Client({
    region,
    endpoint: `https://${machine.address('global')}:${String(machine.file.storePort)}`,
    forcePathStyle: true,
    credentials: accountKey(machine),
    // This process was started before the machine's authority existed, so NODE_EXTRA_CA_CERTS cannot name it.
    requestHandler: {
      httpsAgent: new https.Agent({ ca: fs.readFileSync(machine.authorityFile) }),
      requestTimeout: 5_000,
    },
  });
  try {
    const bucket = bucketName('control', machine.file.accountId, region);
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { bucket, content: JSON.parse((await answer.Body?.transformToString()) ?? 'null') };
  } finally {
    client.destroy();
  }
}
