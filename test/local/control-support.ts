import * as path from 'node:path';
import * as tls from 'node:tls';
import { machineRegions, type Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import { bucketName } from '../../recovery/sites';
import type { Witness } from '../../scripts/control/control-bucket';
import { authorityOf } from './support';

/** The control buckets of a test machine, the dr region's first. */
export function testWitnesses(machine: Machine): Witness[] {
  const { primary, dr, witness } = machineRegions;
  const { accountId } = machine.file;
  return [dr, primary, witness].map((region) => ({ region, bucket: bucketName('control', accountId, region) }));
}

export async function makeControlBuckets(machine: Machine): Promise<Witness[]> {
  const call = regionClient(machine);
  const witnesses = testWitnesses(machine);
  await Promise.all(
    witnesses.map(({ region, bucket }) => call(region, 'createBucket', { name: bucket, objectLock: false })),
  );
  return witnesses;
}

/** Binds this process to the machine's object stores as an operator's shell is. @returns what undoes it. */
export function bindToStores(machine: Machine): () => void {
  const before = { ...process.env };
  const authorities = tls.getCACertificates('default');
  process.env['AWS_ENDPOINT_URL_S3'] = `https://${machine.address('global')}:${String(machine.file.storePort)}`;
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = machine.credentialsFile;
  process.env['PGSSLROOTCERT'] = path.join(machine.tlsDir, 'ca.crt');
  tls.setDefaultCACertificates([...authorities, authorityOf(machine)]);
  return () => {
    tls.setDefaultCACertificates(authorities);
    for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  };
}
