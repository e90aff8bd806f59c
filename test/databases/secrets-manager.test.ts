import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { SecretsManagerEngine } from '../../scripts/engines/secrets/secrets-manager-engine';
import { EngineWork, flip } from './engine-work';

/** As much of Secrets Manager as is asked for, two secrets a page. */
class FakeRegion {
  readonly secrets = new Map<string, string>();
  /** Names that are taken until their days of grace are over. */
  readonly deleted = new Set<string>();
  denied = false;
  readonly writes: string[] = [];
  private readonly server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const [, action = ''] = String(request.headers['x-amz-target']).split('.');
      const [status, answer] = this.answer(action, JSON.parse(body) as Record<string, string>);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }
  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(action: string, asked: Record<string, string>): [number, object] {
    if (this.denied) return [400, { __type: 'AccessDeniedException', message: 'secret/db: hunter2' }];
    const id = asked['SecretId'] ?? asked['Name'] ?? '';
    if (action === 'ListSecrets') {
      const from = Number(asked['NextToken'] ?? 0);
      const names = [...this.secrets.keys()].filter((name) => !this.deleted.has(name)).sort();
      const more = from + 2 < names.length ? { NextToken: String(from + 2) } : {};
      return [200, { SecretList: names.slice(from, from + 2).map((Name) => ({ Name, Description: 'd' })), ...more }];
    }
    if (action === 'RestoreSecret') {
      this.deleted.delete(id);
      this.writes.push(`${action} ${id}`);
      return [200, { Name: id }];
    }
    if (this.deleted.has(id)) return [400, { __type: 'InvalidRequestException', message: 'marked for deletion' }];
    if (action === 'GetSecretValue') {
      const found = this.secrets.get(id);
      if (found === undefined) return [400, { __type: 'ResourceNotFoundException', message: 'none' }];
      return [
        200,
        found.startsWith('b64:')
          ? { Name: id, VersionId: 'v1', SecretBinary: found.slice(4) }
          : { Name: id, VersionId: 'v1', SecretString: found },
      ];
    }
    this.writes.push(`${action} ${id}`);
    this.secrets.set(id, asked['SecretString'] ?? `b64:${String(asked['SecretBinary'])}`);
    return [200, { Name: id }];
  }
}

describe('recovery points of the secrets of a region', () => {
  const region = new FakeRegion();
  const engine = new SecretsManagerEngine({
    engine: 'secrets',
    kind: 'managed',
    region: 'us-east-1',
    prefix: 'agente/',
  });
  const variables = {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: '',
    AWS_MAX_ATTEMPTS: '1',
  };
  const before_ = { ...process.env };
  let room: EngineWork;

  before(async () => {
    Object.assign(process.env, { ...variables, AWS_ENDPOINT_URL_SECRETS_MANAGER: await region.start() });
  });
  beforeEach(() => {
    room = new EngineWork('secrets', 'secrets');
    region.denied = false;
    region.writes.length = 0;
    region.secrets.clear();
    region.deleted.clear();
    for (const [name, value] of [
      ['agente/db', 'hunter2'],
      ['agente/key', 'b64:AAEC'],
      ['agente/whatsapp', '{"token":"t"}'],
      ['other/db', 'x'],
    ] as const)
      region.secrets.set(name, value);
  });
  afterEach(() => room.remove());
  after(() => {
    region.stop();
    for (const name of Object.keys(variables)) {
      if (before_[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before_[name];
    }
  });

  it('hold the secrets of the prefix, from all pages, and never a value in the clear on disk', async () => {
    const { point, census } = await room.backUp(engine, 'full');
    assert.deepEqual(census?.counts, { secrets: { least: 3, most: 3 } });
    const folder = await room.restore(engine, point);
    const opened = await engine.open(folder, room.work());
    assert.deepEqual((await opened.census()).counts, census.counts);
    assert.deepEqual(
      (await opened.query('')).map((row) => row['name']),
      ['agente/db', 'agente/key', 'agente/whatsapp'],
    );
    const all = fs
      .readdirSync(room.root, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(room.root, name));
    const readable = all.filter((name) => fs.statSync(name).isFile() && fs.readFileSync(name).includes('hunter2'));
    assert.deepEqual(readable, []);
  });

  it('come back: what differs gets a new version, what is gone is made, what is the same stays', async () => {
    const { point } = await room.backUp(engine, 'full');
    region.secrets.set('agente/db', 'changed');
    region.secrets.delete('agente/key');
    const { previous } = await engine.install(await room.restore(engine, point), room.work());
    assert.deepEqual(region.writes, ['PutSecretValue agente/db', 'CreateSecret agente/key']);
    assert.equal(region.secrets.get('agente/db'), 'hunter2');
    assert.equal(region.secrets.get('agente/key'), 'b64:AAEC');
    assert.match(previous ?? '', /AWSPREVIOUS of agente\/db, agente\/key/);
  });

  it('come back where somebody deleted them, though their names are taken still', async () => {
    const { point } = await room.backUp(engine, 'full');
    region.deleted.add('agente/db').add('agente/key');
    region.secrets.set('agente/key', 'b64:AAAA');
    const { previous } = await engine.install(await room.restore(engine, point), room.work());
    assert.deepEqual(region.writes, [
      'RestoreSecret agente/db',
      'RestoreSecret agente/key',
      'PutSecretValue agente/key',
    ]);
    assert.equal(region.secrets.get('agente/key'), 'b64:AAEC');
    assert.match(previous ?? '', /agente\/db, agente\/key/);
  });

  it('rejects a role without rights, and repeats nothing that was said of a value', async () => {
    region.denied = true;
    await assert.rejects(room.backUp(engine, 'full'), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'permission-denied');
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });

  it('rejects a sealed file that is changed, and opens nothing of it', async () => {
    const { point } = await room.backUp(engine, 'full');
    flip(room.storedFile(point));
    assert.equal((await engine.verify(point, room.work())).length, 1);
    await assert.rejects(room.restore(engine, point), { code: 'restore-damaged' });
  });
});
