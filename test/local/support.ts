import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as https from 'node:https';
import * as os from 'node:os';
import * as path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { Machine } from '../../local/machine';
import { layOut } from '../../local/machine-folder';
import { accountKey } from '../../local/realised/store-client';
import { createContext } from '../../local/supervisor/context';
import { destroyMachine } from '../../local/supervisor/owner';
import type { Call, RegionContext } from '../../local/supervisor/part';
import { createMachine } from '../../local/up';

function options(): { name: string; owner: number; dir: string } {
  const name = `t${randomBytes(3).toString('hex')}`;
  return { name, owner: process.pid, dir: path.join(os.tmpdir(), `adr-${name}`) };
}

/** A whole machine that ends with this process at the latest. */
export function testMachine(timeScale = 1): Promise<Machine> {
  return createMachine({ ...options(), timeScale });
}

/** A machine's folder with certificates and addresses, in which nothing runs. */
export function emptyMachine(timeScale = 1): Promise<Machine> {
  return layOut({ ...options(), timeScale });
}

export const removeMachine = (machine: Machine): Promise<void> => destroyMachine(machine.dir);

/** What a part gets when the test is its supervisor; calls to other regions answer as the test says. */
export function contextOf(machine: Machine, region: string, call: Call = noCalls): RegionContext {
  return { ...createContext(machine, region, call), log: () => undefined };
}

const noCalls: Call = (region, method) => Promise.reject(new Error(`unexpected call of ${method} in ${region}`));

/** A region without a registry or a file system. */
export const noImages = { has: () => false };
export const noFiles = {
  folderOf: () => {
    throw new Error('no file system here');
  },
};

export const authorityOf = (machine: Machine): string => fs.readFileSync(path.join(machine.tlsDir, 'ca.crt'), 'utf8');

export interface Reply {
  readonly status: number;
  readonly body: string;
}

export interface Ask {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: https.Agent;
}

/** One HTTPS request that trusts the machine's authority only. @throws when the connection fails or takes 15 s. */
export function ask(machine: Machine, { body, agent, ...request }: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = https.request(
      { ...request, ca: authorityOf(machine), timeout: 15_000, agent: agent ?? false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 15 s')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The plain SDK for a region, through the gate at an address. */
export function s3(machine: Machine, region: string, gateAddress: string): S3Client {
  return new S3Client({
    region,
    endpoint: `https://${gateAddress}:${String(machine.file.storePort)}`,
    credentials: accountKey(machine),
    maxAttempts: 1,
    requestHandler: {
      httpsAgent: new https.Agent({ ca: authorityOf(machine), keepAlive: true }),
      requestTimeout: 10_000,
    },
  });
}
