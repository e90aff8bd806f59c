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
  const client = operatorStore(machine, region);
  try {
    const Bucket = bucketName('control', machine.file.accountId, region);
    const answer = await client.send(new GetObjectCommand({ Bucket, Key: controlKeys.contract }));
    const contract = parseContract(JSON.parse((await answer.Body?.transformToString()) ?? 'null'), Bucket);
    return { contract, ca, secret: (name) => Promise.resolve(secretValue(machine, region, name)) };
  } finally {
    client.destroy();
  }
}

/** The object stores as an operator reaches them, from outside all regions. */
export function operatorStore(machine: Machine, region: string): S3Client {
  return new S3Client({
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
}
