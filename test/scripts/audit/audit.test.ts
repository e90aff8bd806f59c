import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { AgenteError } from '../../../recovery/errors';
import { audit, auditFiles, type Operation } from '../../../scripts/audit/audit-log';
import { verifyChain } from '../../../scripts/audit/verify';

const operation: Operation = {
  log: 'backup',
  operation: 'backup',
  dataset: 'postgres',
  point: null,
  result: 'success',
  startedAt: new Date('2024-10-15T02:39:27Z'),
  endedAt: new Date('2024-10-15T03:00:01Z'),
  detail: 'x',
};

describe('the audit trail', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-audit-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const files = () => auditFiles(folder, 'backup');
  const trail = () => ({ logs: folder, managed: false });
  const rejected = (pattern: RegExp) => (error: unknown) =>
    error instanceof AgenteError && error.code === 'audit-broken' && pattern.test(error.message);

  it("writes the procedure's line", async () => {
    process.env['AGENTE_DR_OPERATOR'] = 'oncall';
    try {
      await audit(trail(), operation);
    } finally {
      delete process.env['AGENTE_DR_OPERATOR'];
    }
    assert.equal(fs.readFileSync(files().csv, 'utf8'), '2024-10-15 03:00:01,backup,oncall,success,1234s\n');
  });

  it('is told to whoever keeps the output of a task, and to nobody where its files stay', async () => {
    const written = async (managed: boolean): Promise<string> => {
      const program =
        "require('./tools/register.js'); const { audit } = require('./scripts/audit/audit-log');" +
        `const operation = ${JSON.stringify(operation)};` +
        `audit(${JSON.stringify({ logs: folder, managed })}, { ...operation, startedAt: new Date(operation.startedAt), endedAt: new Date(operation.endedAt) })`;
      const env = { ...process.env, AGENTE_DR_OPERATOR: 'oncall' };
      return (await promisify(execFile)(process.execPath, ['-e', program], { env })).stdout;
    };
    assert.equal(await written(false), '');
    const [csv, link, ...more] = (await written(true)).split('\n');
    assert.equal(csv, '2024-10-15 03:00:01,backup,oncall,success,1234s');
    assert.equal(link, fs.readFileSync(files().chain, 'utf8').trimEnd().split('\n').at(-1));
    assert.deepEqual(more, ['']);
    assert.equal((await verifyChain(folder, 'backup', null)).entries, 2);
  }).timeout(30_000);

  it('is one chain, also when three processes write at once', async () => {
    const program =
      "require('./tools/register.js'); const { audit } = require('./scripts/audit/audit-log');" +
      `(async () => { for (let i = 0; i < 10; i += 1) await audit(${JSON.stringify(trail())}, { ...${JSON.stringify(operation)}, startedAt: new Date(), endedAt: new Date() }); })()`;
    await Promise.all([1, 2, 3].map(() => promisify(execFile)(process.execPath, ['-e', program])));
    assert.equal((await verifyChain(folder, 'backup', null)).entries, 30);
  }).timeout(60_000);

  it('names the first entry whose content was changed', async () => {
    for (let index = 0; index < 3; index += 1) await audit(trail(), operation);
    const lines = fs.readFileSync(files().chain, 'utf8').split('\n');
    lines[1] = (lines[1] ?? '').replace('"success"', '"failed"');
    fs.writeFileSync(files().chain, lines.join('\n'));
    await assert.rejects(verifyChain(folder, 'backup', null), rejected(/audit\.jsonl:2: its content/));
  });

  it('names the place of an entry that was taken out', async () => {
    for (let index = 0; index < 3; index += 1) await audit(trail(), operation);
    const lines = fs.readFileSync(files().chain, 'utf8').split('\n');
    fs.writeFileSync(files().chain, [lines[0], ...lines.slice(2)].join('\n'));
    await assert.rejects(verifyChain(folder, 'backup', null), rejected(/audit\.jsonl:2: entry 3/));
  });

  it('names a line of the CSV log that was changed or cut off', async () => {
    for (let index = 0; index < 2; index += 1) await audit(trail(), operation);
    const text = fs.readFileSync(files().csv, 'utf8');
    fs.writeFileSync(files().csv, text.replace('1234s', '12s'));
    await assert.rejects(verifyChain(folder, 'backup', null), rejected(/backup\.log:1/));
    fs.writeFileSync(files().csv, text.slice(0, text.indexOf('\n') + 1));
    await assert.rejects(verifyChain(folder, 'backup', null), rejected(/backup\.log:2/));
  });

  it('misses an end that was cut off only without a head that was written down', async () => {
    await audit(trail(), operation);
    const { hash } = await audit(trail(), operation);
    for (const file of Object.values(files())) {
      const text = fs.readFileSync(file, 'utf8');
      fs.writeFileSync(file, text.slice(0, text.indexOf('\n') + 1));
    }
    assert.equal((await verifyChain(folder, 'backup', null)).entries, 1);
    await assert.rejects(verifyChain(folder, 'backup', hash), rejected(/was cut off/));
  });

  it('goes on after a writer that was killed within a line', async () => {
    await audit(trail(), operation);
    fs.appendFileSync(files().chain, '{"sequence":2,"at":"20');
    await audit(trail(), operation);
    assert.equal((await verifyChain(folder, 'backup', null)).entries, 2);
  });

  it('goes on after a writer that was killed between the chain and its twin', async () => {
    await audit(trail(), operation);
    await audit(trail(), { ...operation, result: 'failed' });
    fs.writeFileSync(files().csv, `${fs.readFileSync(files().csv, 'utf8').split('\n')[0] ?? ''}\n`);
    await audit(trail(), operation);
    assert.equal((await verifyChain(folder, 'backup', null)).entries, 3);
  });

  it('rejects a folder that is not there', async () => {
    await assert.rejects(
      audit({ logs: '/proc/nowhere/logs', managed: false }, operation),
      (error) => error instanceof AgenteError && error.code === 'permission-denied',
    );
  });
});
