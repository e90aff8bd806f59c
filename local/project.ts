import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseDocument } from 'yaml';
import { sites, type Site } from '../recovery/sites';
import { checkoutRoot } from '../scripts/checkout';
import { recipientsOf } from './backup-keys';
import type { Machine } from './machine';
import { machineVariable } from './processes';
import { writeFileAtomically } from './supervisor/json-file';

const providers = ['aws', 'random', 'docker'] as const;

/** Keys of a stack's file that belong to its secrets in another backend. */
const foreignSecrets = ['encryptionsalt', 'encryptedkey', 'secretsprovider'];

const original = (root: string, name: string): string => fs.readFileSync(path.join(root, name), 'utf8');

/**
 * The checkout's own file of a stack, with what only the machine knows. The account is in ARNs and image
 * names too, so it is replaced wherever it stands.
 */
function stackFile(machine: Machine, root: string, stack: Site): string {
  const name = `Pulumi.${stack}.yaml`;
  const text = original(root, name);
  const accountId: unknown = parseDocument(text).getIn(['config', 'agente-dr:accountId']);
  if (typeof accountId !== 'string') throw new Error(`${name} has no agente-dr:accountId in quotes`);
  const document = parseDocument(text.replaceAll(accountId, machine.file.accountId));
  for (const key of foreignSecrets) document.delete(key);
  const { domain, zoneId, listenerPort } = machine.file;
  for (const [key, value] of Object.entries({ domain, zoneId, listenerPort })) {
    document.setIn(['config', `agente-dr:${key}`], value);
  }
  document.setIn(['config', 'agente-dr:backupRecipients'], document.createNode(recipientsOf(machine)));
  return document.toString();
}

function projectFile(machine: Machine, root: string): string {
  const document = parseDocument(original(root, 'Pulumi.yaml'));
  const plugins = { providers: providers.map((name) => ({ name, path: `./providers/${name}` })) };
  document.set('main', root);
  document.set('backend', document.createNode({ url: machine.backendUrl }));
  document.set('plugins', document.createNode(plugins));
  return document.toString();
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The engine finds a plug-in as an executable in a folder; `exec` keeps the engine its direct parent. */
function launcher(machine: Machine, root: string, name: string): string {
  const command = [process.execPath, path.join(root, 'tools', 'run.js'), 'local/provider/main', name];
  return `#!/bin/sh\nexport ${machineVariable}=${quoted(machine.dir)}\nexec ${command.map(quoted).join(' ')} "$@"\n`;
}

/**
 * Writes the project through which plain `pulumi` works on a machine: the program and the stacks of the
 * checkout, with this machine's values, state and providers. Stacks are made by `pulumi stack init`.
 */
export function writeProject(machine: Machine): void {
  const root = checkoutRoot();
  const place = (...names: string[]) => path.join(machine.projectDir, ...names);
  for (const name of providers) {
    fs.mkdirSync(place('providers', name), { recursive: true, mode: 0o700 });
    writeFileAtomically(place('providers', name, `pulumi-resource-${name}`), launcher(machine, root, name), 0o700);
  }
  writeFileAtomically(place('Pulumi.yaml'), projectFile(machine, root));
  for (const stack of sites) writeFileAtomically(place(`Pulumi.${stack}.yaml`), stackFile(machine, root, stack));
  const policy = path.join(root, 'policy');
  if (fs.existsSync(policy) && !fs.existsSync(place('policy'))) fs.symlinkSync(policy, place('policy'));
}
