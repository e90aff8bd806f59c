import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { LanguageRuntimeClient } from '@pulumi/pulumi/proto/language_grpc_pb';
import { ProgramInfo, RunRequest } from '@pulumi/pulumi/proto/language_pb';
import type { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { buildLanguageHost } from '../../tools/language-host/build.js';
import { plainErrors } from '../../tools/language-host/plain-errors';

/** The SDK's own google-protobuf: it serializes no message of another copy. */
const protobuf = createRequire(require.resolve('@pulumi/pulumi'))('google-protobuf/google/protobuf/empty_pb.js') as {
  Empty: new () => Empty;
};

let folder: string;
let running: ChildProcess | undefined;

async function start(): Promise<{ host: ChildProcess; client: LanguageRuntimeClient }> {
  const host = spawn(process.execPath, [path.join(folder, 'pulumi-language-nodejs'), '127.0.0.1:1'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running = host;
  const [line] = (await once(host.stdout, 'data')) as [Buffer];
  assert.match(line.toString(), /^\d+\n$/);
  const address = `127.0.0.1:${line.toString().trim()}`;
  return { host, client: new LanguageRuntimeClient(address, grpc.credentials.createInsecure()) };
}

describe('the language host', () => {
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-host-'));
    buildLanguageHost(path.join(folder, 'pulumi-language-nodejs'));
  });
  afterEach(() => running?.kill('SIGKILL'));
  after(() => fs.rmSync(folder, { recursive: true }));

  it('is one executable file that prints its port and answers', async () => {
    assert.deepEqual(fs.readdirSync(folder), ['pulumi-language-nodejs']);
    const { client } = await start();
    const version = await new Promise<string>((resolve, reject) => {
      client.getPluginInfo(new protobuf.Empty(), (error, info) => {
        if (error) reject(error);
        else resolve(info.getVersion());
      });
    });
    client.close();
    assert.equal(version, '3.259.0');
  });

  it('takes a cancellation', async () => {
    const { client } = await start();
    const error = await new Promise((resolve) => {
      client.cancel(new protobuf.Empty(), (refused) => resolve(refused));
    });
    client.close();
    assert.equal(error, null);
  });

  it('rejects a program whose folder has no SDK, and says what to do', async () => {
    const { client } = await start();
    const info = new ProgramInfo().setProgramDirectory('/nowhere').setRootDirectory('/nowhere');
    const error = await new Promise<grpc.ServiceError | null>((resolve) => {
      client.run(new RunRequest().setPwd('/nowhere').setInfo(info), (refused) => resolve(refused));
    });
    client.close();
    assert.match(
      error?.details ?? '',
      /@pulumi\/pulumi is not installed for the program in \/nowhere\nHINT: Run npm ci/,
    );
  });

  it('lets Node print an error of the SDK, whose source map names a scope without a package', () => {
    const script = `
      const error = new Error('asked to fail');
      error.stack = 'Error: asked to fail\\n    at require (/x/node_modules/@pulumi/config.ts:247:19)';
      console.log(require('node:util').inspect(error, { colors: true }));
    `;
    const { stdout } = spawnSync(process.execPath, [plainErrors, '-e', script], { encoding: 'utf8' });
    assert.equal(stdout, 'Error: asked to fail\n    at require (/x/node_modules/@pulumi/config.ts:247:19)\n');
  });

  it('ends when the engine is gone', async () => {
    const { host } = await start();
    const ended = once(host, 'exit');
    host.stdin?.end();
    assert.deepEqual(await ended, [0, null]);
  });

  it('ends when the engine asks it to', async () => {
    const { host } = await start();
    const ended = once(host, 'exit');
    host.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
  });
});
