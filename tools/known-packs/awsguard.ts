import * as fs from 'node:fs';
import * as path from 'node:path';
import { EngineProject } from '../../test/policy/engine-project';
import { namesIn } from '../../test/policy/programs';
import { checkoutRoot } from '../../scripts/checkout';
import { run } from './command';
import type { Finding, Pack } from './pack';

const version = '0.3.1';

/** A component for each program: in one stack, and told apart by their URNs. The pack asks for no region. */
const program = (folder: string): string => `
import * as pulumi from '@pulumi/pulumi';
const { at, home, away } = require(${JSON.stringify(path.join(folder, 'place.ts'))});
const sites: Record<string, any> = { [home]: at(home), [away]: at(away) };
class Case extends pulumi.ComponentResource {}
for (const [room, name] of ${JSON.stringify(programs())}) {
  const parent = new Case('case:' + room + ':' + name, room + '-' + name);
  const program = require(${JSON.stringify(folder)} + '/' + room + '/' + name + '.ts');
  program({ ...sites[home], parent }, { ...sites[away], parent });
}
`;

const programs = (): string[][] =>
  (['hollow', 'sound'] as const).flatMap((room) => namesIn(room).map((name) => [room, name]));

interface Event {
  readonly policyEvent?: { readonly resourceUrn: string; readonly policyName: string };
}

export const awsguard: Pack = {
  name: '@pulumi/awsguard',
  version,
  controls: {
    'rds-retention-zero': 'rds-instance-backup-enabled',
    'rds-one-zone': 'rds-instance-multi-az-enabled',
    'rds-plain': 'rds-storage-encrypted',
    'efs-default-key': 'efs-encrypted',
  },
  scan: async (_programs, own) => {
    const write = (name: string, text: string): void => fs.writeFileSync(path.join(own, name), text);
    write('PulumiPolicy.yaml', 'description: awsguard as it comes\nruntime: nodejs\nmain: index.js\n');
    write('package.json', JSON.stringify({ name: 'awsguard', version, main: 'index.js' }));
    // As advice: what is mandatory would end the update at the first of them.
    write('index.js', "new (require('@pulumi/awsguard').AwsGuard)({ all: 'advisory' });\n");
    await run('npm', ['install', '--prefix', own, '--ignore-scripts', '--silent', `@pulumi/awsguard@${version}`]);
    const project = new EngineProject();
    try {
      project.program(program(path.join(checkoutRoot(), 'test', 'policy')));
      // One program asks the other stack.
      for (const stack of ['dr', 'primary']) await project.pulumi('stack', 'init', stack);
      // An update and no preview: nothing is unknown to the pack, so it says all that it can.
      const update = ['up', '--stack', 'primary', '--yes', '--skip-preview', '--json', '--policy-pack', own];
      const { code, output } = await project.pulumi(...update);
      if (code !== 0) throw new Error(output.slice(-4_000));
      return findingsIn(output);
    } finally {
      project.remove();
    }
  },
};

function findingsIn(output: string): Finding[] {
  const events = output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Event] : []));
  return events.flatMap(({ policyEvent }) => {
    if (policyEvent === undefined) return [];
    const { resourceUrn, policyName } = policyEvent;
    const [, room, name, resource] = /::case:(\w+):([\w-]+)\$(\S+)$/.exec(resourceUrn) ?? [];
    if (room === undefined || name === undefined || resource === undefined) return [];
    return [{ program: `${room}/${name}`, rule: policyName, resource }];
  });
}
