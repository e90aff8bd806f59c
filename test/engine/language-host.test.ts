import assert from 'node:assert/strict';
import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, withEngine } from '../../tools/engine.js';

const program = `
import * as pulumi from '@pulumi/pulumi';
const config = new pulumi.Config();
class Thing extends pulumi.ComponentResource {
  constructor(name: string) {
    super('tiny:index:Thing', name);
    this.registerOutputs({});
  }
}
new Thing(config.require('name'));
if (config.getBoolean('hang')) setTimeout(() => {}, 600_000);
export const secret = config.requireSecret('word');
`;

const pack = `
const { PolicyPack } = require('@pulumi/policy');
const validateResource = ({ name }, report) => { if (name === 'forbidden') report('this name is taken'); };
new PolicyPack('names', { policies: [
  { name: 'no-forbidden', description: 'names', enforcementLevel: 'mandatory', validateResource },
] });
`;

let folder: string;
let env: NodeJS.ProcessEnv;

function write(name: string, text: string): void {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

function pulumi(...args: string[]): SpawnSyncReturns<string> {
  const cwd = path.join(folder, 'program');
  return spawnSync('pulumi', [...args, '--non-interactive'], { cwd, env, encoding: 'utf8' });
}

/** Processes that have the test's folder in their command line. */
function processesOfTest(): string[] {
  return fs
    .readdirSync('/proc')
    .filter((id) => /^\d+$/.test(id) && id !== String(process.pid))
    .map((id) => {
      try {
        return fs.readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(folder));
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (holds()) return;
    await sleep(50);
  }
  assert.fail(`waited in vain until ${what}`);
}

describe('the engine with its language host', function () {
  this.timeout(60_000);

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-engine-'));
    fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    write('program/Pulumi.yaml', `name: tiny\nruntime: nodejs\nbackend: { url: "file://${folder}/state" }\n`);
    write('program/package.json', '{ "name": "tiny", "main": "index.ts" }');
    write('program/tsconfig.json', '{ "compilerOptions": { "module": "nodenext", "target": "es2022" } }');
    write('program/index.ts', program);
    write('pack/PulumiPolicy.yaml', 'runtime: nodejs\n');
    write('pack/package.json', '{ "name": "names", "version": "0.0.1", "main": "index.js" }');
    write('pack/index.js', pack);
    fs.mkdirSync(path.join(folder, 'state'));
    env = {
      ...withEngine(process.env),
      PULUMI_HOME: path.join(folder, 'home'),
      PULUMI_CONFIG_PASSPHRASE: 'test',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      PULUMI_NODEJS_TRANSPILE_ONLY: 'true',
    };
    assert.equal(pulumi('stack', 'init', 'dev').status, 0);
    pulumi('config', 'set', 'name', 'allowed');
    pulumi('config', 'set', '--secret', 'word', 'hush-hush');
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it('runs a TypeScript program, and keeps its secrets', () => {
    const up = pulumi('up', '--yes', '--skip-preview');
    assert.equal(up.status, 0, up.stdout + up.stderr);
    assert.match(up.stdout, /2 created/);
    assert.ok(!up.stdout.includes('hush-hush'));
    assert.equal(pulumi('stack', 'output', 'secret', '--show-secrets').stdout.trim(), 'hush-hush');
  });

  it('reports an error of the program once, with the place', () => {
    pulumi('config', 'rm', 'word');
    const preview = pulumi('preview');
    pulumi('config', 'set', '--secret', 'word', 'hush-hush');
    assert.notEqual(preview.status, 0);
    assert.match(preview.stdout, /Missing required configuration variable 'tiny:word'/);
    assert.ok(!(preview.stdout + preview.stderr).includes('exit code'));
  });

  it('runs a policy pack, which can deny', () => {
    const packed = ['preview', '--policy-pack', path.join(folder, 'pack')];
    const allowed = pulumi(...packed);
    assert.equal(allowed.status, 0, allowed.stdout + allowed.stderr);
    pulumi('config', 'set', 'name', 'forbidden');
    const denied = pulumi(...packed);
    pulumi('config', 'set', 'name', 'allowed');
    assert.notEqual(denied.status, 0);
    assert.match(denied.stdout, /this name is taken/);
  });

  it('leaves no process behind when the engine is killed', async () => {
    pulumi('config', 'set', 'hang', 'true');
    const cwd = path.join(folder, 'program');
    const engine: ChildProcess = spawn('pulumi', ['preview', '--non-interactive'], { cwd, env, stdio: 'ignore' });
    await until('the program runs', () => processesOfTest().length > 0);
    engine.kill('SIGKILL');
    await until('everything is gone', () => processesOfTest().length === 0);
  });
});
