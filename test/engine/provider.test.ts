import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { environment } from '../../local/env';
import type { Machine } from '../../local/machine';
import { processesOf } from '../../local/processes';
import { writeProject } from '../../local/project';
import { checkoutRoot } from '../../scripts/checkout';
import { FakeRegions } from '../local/fake-regions';
import { emptyMachine, removeMachine } from '../local/support';

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

interface Plan {
  readonly steps: readonly {
    readonly op: string;
    readonly urn: string;
    readonly detailedDiff?: Readonly<Record<string, { readonly kind: string }>> | null;
  }[];
}

/** A database, its password and an object with its address, by what the test sets as configuration. */
const program = `
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
const config = new pulumi.Config('test');
const provider = new aws.Provider('site', { region: config.require('region') as aws.Region });
const password = new random.RandomPassword('password', { length: 24, special: false });
const source = config.get('source');
const database = new aws.rds.Instance('db', {
  identifier: 'agente-postgres-g1', instanceClass: 'db.t4g.small', skipFinalSnapshot: true,
  ...(source === undefined ? { password: password.result } : { replicateSourceDb: source }),
  storageEncrypted: config.getBoolean('encrypted') ?? true,
}, { provider });
if (config.getBoolean('queue')) new aws.sqs.Queue('queue', {}, { provider });
if (config.getBoolean('foreign')) aws.ec2.Vpc.get('foreign', 'vpc-1', { cidrBlock: '10.0.0.0/16' }, { provider });
export const address = database.address;
export const url = pulumi.interpolate\`postgres://:\${password.result}@\${database.endpoint}\`;
`;

const sourceArn = 'arn:aws:rds:us-east-1:123456789012:db:agente-postgres-g1';

function writeProgram(machine: Machine): void {
  const folder = path.join(machine.dir, 'program');
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "name": "program", "private": true, "main": "index.ts" }');
  fs.writeFileSync(path.join(folder, 'index.ts'), program);
  fs.copyFileSync(path.join(checkoutRoot(), 'tsconfig.json'), path.join(folder, 'tsconfig.json'));
  fs.symlinkSync(path.join(checkoutRoot(), 'node_modules'), path.join(folder, 'node_modules'));
  const file = path.join(machine.projectDir, 'Pulumi.yaml');
  const project = parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
  fs.writeFileSync(file, stringify({ ...project, main: folder, runtime: 'nodejs' }));
}

describe('the provider under the real engine', function () {
  this.timeout(120_000);
  let machine: Machine;
  let regions: FakeRegions;

  function pulumi(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const child = spawn('pulumi', [...args, '--non-interactive'], {
      cwd: os.tmpdir(),
      env: { ...process.env, ...environment(machine), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (text: Buffer): void => {
      output += text.toString();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        resolve({ code, output });
      });
    });
  }

  async function succeed(...args: string[]): Promise<string> {
    const { code, output } = await pulumi(args);
    assert.equal(code, 0, output);
    return output;
  }

  const set = (key: string, value: string) => succeed('config', 'set', '--stack', 'dr', `test:${key}`, value);
  const unset = (key: string) => succeed('config', 'rm', '--stack', 'dr', `test:${key}`);

  async function plan(): Promise<Plan> {
    const output = await succeed('preview', '--json', '--stack', 'dr');
    return JSON.parse(output.slice(output.indexOf('{'))) as Plan;
  }

  const stepOf = (steps: Plan, name: string) => steps.steps.find(({ urn }) => urn.endsWith(`::${name}`));

  before(async () => {
    machine = await emptyMachine();
    writeProject(machine);
    writeProgram(machine);
    regions = await FakeRegions.start(machine);
    await succeed('stack', 'init', 'dr');
    await set('region', 'us-west-2');
    await set('source', sourceArn);
  });

  after(async () => {
    regions.stop();
    await removeMachine(machine);
  });

  it('makes resources from any folder, and starts nothing in a preview', async () => {
    await succeed('preview', '--stack', 'dr');
    assert.deepEqual(regions.heard, []);
    await succeed('up', '--yes', '--skip-preview', '--stack', 'dr');
    assert.deepEqual(
      regions.heard.map(({ method }) => method),
      ['createDatabase'],
    );
    const address = await succeed('stack', 'output', 'address', '--stack', 'dr');
    assert.equal(address.trim(), machine.address('us-west-2'));
  });

  it('sees no change in what did not change', async () => {
    await succeed('preview', '--expect-no-changes', '--stack', 'dr');
  });

  it('keeps secrets out of the state and of outputs', async () => {
    const password =
      (await succeed('stack', 'output', 'url', '--show-secrets', '--stack', 'dr')).split(/[:@]/)[2] ?? '';
    assert.equal(password.length, 24);
    const state = await succeed('stack', 'export', '--stack', 'dr');
    assert.equal(state.includes(password), false);
    assert.match(await succeed('stack', 'output', 'url', '--stack', 'dr'), /\[secret\]/);
  });

  it('shows a promotion as an update of that property, and a replacement as one', async () => {
    await unset('source');
    const promotion = stepOf(await plan(), 'db');
    assert.equal(promotion?.op, 'update');
    assert.equal(promotion.detailedDiff?.['replicateSourceDb']?.kind, 'delete');
    await set('encrypted', 'false');
    const replacement = stepOf(await plan(), 'db');
    await unset('encrypted');
    await set('source', sourceArn);
    assert.equal(replacement?.op, 'replace');
    assert.equal(replacement.detailedDiff?.['storageEncrypted']?.kind, 'update-replace');
  });

  it('finds a promotion that nobody wrote down by a refresh, and has nothing left to do', async () => {
    await succeed('refresh', '--yes', '--skip-preview', '--stack', 'dr');
    await unset('source');
    const steps = await plan();
    await set('source', sourceArn);
    assert.equal(stepOf(steps, 'db')?.detailedDiff?.['replicateSourceDb'], undefined);
  });

  it('rejects a type that it does not know, by name', async () => {
    await set('queue', 'true');
    const { code, output } = await pulumi(['preview', '--stack', 'dr']);
    await unset('queue');
    assert.notEqual(code, 0);
    assert.match(output, /do not know the type aws:sqs\/queue:Queue/);
  });

  it('rejects to look up what no program made, with a hint', async () => {
    await set('foreign', 'true');
    const { code, output } = await pulumi(['preview', '--stack', 'dr']);
    await unset('foreign');
    assert.notEqual(code, 0);
    assert.match(output, /no program made: aws:ec2\/vpc:Vpc vpc-1/);
    assert.match(output, /HINT: declare the resource/);
  });

  it('rejects another region for a provider that has resources', async () => {
    await set('region', 'us-east-1');
    const { code, output } = await pulumi(['preview', '--stack', 'dr']);
    await set('region', 'us-west-2');
    assert.notEqual(code, 0);
    assert.match(output, /region of a provider cannot change/);
  });

  it('rejects to work for any other project', async () => {
    const other = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-other-'));
    const providers = path.join(machine.projectDir, 'providers');
    const text = fs.readFileSync(path.join(machine.projectDir, 'Pulumi.yaml'), 'utf8');
    fs.writeFileSync(path.join(other, 'Pulumi.yaml'), text.replaceAll('./providers', providers));
    fs.copyFileSync(path.join(machine.projectDir, 'Pulumi.dr.yaml'), path.join(other, 'Pulumi.dr.yaml'));
    const { code, output } = await pulumi(['preview', '--stack', 'dr'], { PULUMI_OPTION_CWD: other });
    fs.rmSync(other, { recursive: true });
    assert.notEqual(code, 0);
    assert.match(output, /provider belongs to .* alone/);
  });

  it('leaves no provider behind when the engine is killed', async () => {
    let reached = (): void => undefined;
    const asked = new Promise<void>((resolve) => (reached = resolve));
    regions.answers['describeDatabase'] = () => {
      reached();
      return new Promise(() => undefined);
    };
    const child = spawn('pulumi', ['refresh', '--yes', '--stack', 'dr', '--non-interactive'], {
      env: { ...process.env, ...environment(machine) },
      stdio: 'ignore',
    });
    await asked;
    const running = processesOf(machine.dir).length;
    child.kill('SIGKILL');
    const deadline = Date.now() + 10_000;
    while (processesOf(machine.dir).length > 0 && Date.now() < deadline) {
      await pause(50);
    }
    assert.ok(running >= 1);
    assert.deepEqual(processesOf(machine.dir), []);
  });
});
