import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { findProgram } from '../../scripts/programs/server-programs';
import { freePort } from '../free-port';
import type { BucketPlace } from '../../scripts/vault/s3-vault';

/** A real object store of this test alone; credentials are this process's environment while it runs. */
export interface TestStore {
  createBucket(): Promise<BucketPlace>;
  /** Dies as by kill -9; what it had acknowledged stays. */
  kill(): Promise<void>;
  /** The same store again, at the same address. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' };
const variables = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };

/** With a certificate for `localhost` it is reached by TLS only; this process must trust who vouches for it. */
export async function startStore(tls: { cert: string; key: string } | null = null): Promise<TestStore> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-store-'));
  for (const name of ['iam', 'versions', 'data']) fs.mkdirSync(path.join(folder, name));
  const port = await freePort();
  const endpoint = tls === null ? `http://127.0.0.1:${String(port)}` : `https://localhost:${String(port)}`;
  const words = ['--port', `127.0.0.1:${String(port)}`, '--region', 'us-east-1', '--health', '/healthz', '--quiet'];
  const closed = tls === null ? [] : ['--cert', tls.cert, '--key', tls.key];
  const places = ['--iam-dir', path.join(folder, 'iam'), 'posix', path.join(folder, 'data')];
  const command = [findProgram('versitygw'), ...words, ...closed, ...places];
  const launch = () =>
    spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'] ?? '',
        ROOT_ACCESS_KEY: credentials.accessKeyId,
        ROOT_SECRET_KEY: credentials.secretAccessKey,
      },
    });
  let server = launch();
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
  };
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  Object.assign(process.env, variables);
  await untilHealthy(`${endpoint}/healthz`);
  const client = new S3Client({ region: 'us-east-1', endpoint, credentials, forcePathStyle: true });
  return {
    createBucket: async () => {
      const bucket = `b-${randomBytes(4).toString('hex')}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return { bucket, region: 'us-east-1', endpoint };
    },
    kill,
    revive: async () => {
      server = launch();
      await untilHealthy(`${endpoint}/healthz`);
    },
    stop: async () => {
      client.destroy();
      await kill();
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilHealthy(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok === true) return;
    await pause(50);
  }
  throw new Error(`no object store at ${url} within 10 s`);
}
