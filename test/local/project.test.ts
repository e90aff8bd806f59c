import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { environment } from '../../local/env';
import type { Machine } from '../../local/machine';
import { machineVariable } from '../../local/processes';
import { writeProject } from '../../local/project';
import { sites } from '../../recovery/sites';
import { checkoutRoot } from '../../scripts/checkout';
import { emptyMachine, removeMachine } from './support';

describe('the project of a machine', () => {
  let machine: Machine;
  const file = (name: string): string => fs.readFileSync(path.join(machine.projectDir, name), 'utf8');

  before(async () => {
    machine = await emptyMachine();
    writeProject(machine);
  });

  after(() => removeMachine(machine));

  it('runs the checkout’s program with the machine’s providers and state', () => {
    const project = parse(file('Pulumi.yaml')) as Record<string, unknown>;
    assert.equal(project['name'], 'agente-dr');
    assert.equal(project['main'], checkoutRoot());
    assert.deepEqual(project['backend'], { url: machine.backendUrl });
    assert.equal(machine.backendUrl, `file://${machine.stateDir}?metadata=skip`);
    assert.deepEqual(project['plugins'], {
      providers: [
        { name: 'aws', path: './providers/aws' },
        { name: 'random', path: './providers/random' },
        { name: 'docker', path: './providers/docker' },
      ],
    });
  });

  it('keeps every key of the checkout’s stacks, and puts the machine’s account wherever one stands', () => {
    for (const stack of sites) {
      const text = fs.readFileSync(path.join(checkoutRoot(), `Pulumi.${stack}.yaml`), 'utf8');
      const original = (parse(text) as { config: Record<string, unknown> }).config;
      const generated = (parse(file(`Pulumi.${stack}.yaml`)) as { config: Record<string, unknown> }).config;
      assert.deepEqual(Object.keys(generated).sort(), Object.keys(original).sort());
      assert.equal(generated['agente-dr:accountId'], machine.file.accountId);
      assert.equal(generated['agente-dr:listenerPort'], machine.file.listenerPort);
      assert.equal(generated['agente-dr:domain'], machine.file.domain);
      assert.equal(generated['agente-dr:zoneId'], machine.file.zoneId);
      assert.ok(!file(`Pulumi.${stack}.yaml`).includes(String(original['agente-dr:accountId'])));
      assert.equal(generated['agente-dr:region'], original['agente-dr:region']);
    }
  });

  it('writes launchers that only their owner may run', () => {
    for (const name of ['aws', 'random', 'docker']) {
      const launcher = path.join(machine.projectDir, 'providers', name, `pulumi-resource-${name}`);
      assert.equal(fs.statSync(launcher).mode & 0o777, 0o700);
      assert.ok(fs.readFileSync(launcher, 'utf8').includes(`export ${machineVariable}='${machine.dir}'`));
    }
  });
});

describe('the environment of a machine', () => {
  let machine: Machine;

  before(async () => {
    machine = await emptyMachine();
  });

  after(() => removeMachine(machine));

  it('points the engine and the SDK to the machine, also in a shell that points elsewhere', () => {
    const env = environment(machine);
    assert.equal(env['PULUMI_OPTION_CWD'], machine.projectDir);
    assert.equal(env['PULUMI_BACKEND_URL'], machine.backendUrl);
    assert.equal(env['PULUMI_CONFIG_PASSPHRASE_FILE'], machine.passphraseFile);
    assert.equal(env['AWS_SHARED_CREDENTIALS_FILE'], machine.credentialsFile);
    assert.equal(env['AWS_ACCESS_KEY_ID'], '');
    assert.equal(env['AGENTE_DR_RESOLVER'], `${machine.address('global')}:${String(machine.file.dnsPort)}`);
  });

  it('holds no secret of the machine, and not the mark by which its processes are swept', () => {
    const env = environment(machine);
    const secrets = [machine.passphraseFile, machine.credentialsFile].map((name) => fs.readFileSync(name, 'utf8'));
    const words = secrets.flatMap((text) => text.split(/\s+/)).filter((word) => word.length >= 20);
    assert.ok(words.length >= 3);
    for (const value of Object.values(env)) assert.ok(words.every((word) => value?.includes(word) !== true));
    assert.equal(machineVariable in env, false);
  });
});
