import { S3Client } from '@aws-sdk/client-s3';
import * as fs from 'node:fs';
import type { Machine } from '../machine';

/** The one key of the imitated account, from the machine's shared credentials file. */
export function accountKey(machine: Machine): { accessKeyId: string; secretAccessKey: string } {
  const text = fs.readFileSync(machine.credentialsFile, 'utf8');
  const value = (name: string) => new RegExp(`^${name}\\s*=\\s*(\\S+)`, 'm').exec(text)?.[1];
  const [accessKeyId, secretAccessKey] = [value('aws_access_key_id'), value('aws_secret_access_key')];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error(`no key in ${machine.credentialsFile}`);
  return { accessKeyId, secretAccessKey };
}

/** Where the object store of a region listens itself, behind its gate. */
export function storePort(machine: Machine): number {
  return machine.file.storePort + 1;
}

/** A client of one region's store at a given door. The CA comes from NODE_EXTRA_CA_CERTS of the supervisor. */
export function storeClient(machine: Machine, region: string, door: { host: string; port: number }): S3Client {
  return new S3Client({
    region,
    endpoint: `https://${door.host}:${String(door.port)}`,
    forcePathStyle: true,
    credentials: accountKey(machine),
    maxAttempts: 3,
    // A cut link drops silently: without these limits a call would wait for ever.
    // Chunks of a signed stream have at least 8 KiB, whatever the network hands over.
    requestStreamBufferSize: 64 * 1024,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 15_000 },
  });
}
