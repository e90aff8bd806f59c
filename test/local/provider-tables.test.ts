import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { rowOf, typeTable } from '../../local/provider/diff-tables';
import { realisations } from '../../local/provider/types';

interface Declared {
  readonly args: ReadonlyMap<string, { readonly doc: string }>;
  readonly state: ReadonlySet<string>;
}

/** Properties of an interface in a declaration file, with their comments. */
function members(source: string, name: string): Map<string, { doc: string }> {
  const body = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? '';
  const found = body.matchAll(/(?:\/\*\*([\s\S]*?)\*\/\s*)?\n? {4}(\w+)\??: /g);
  return new Map([...found].map(([, doc = '', property = '']) => [property, { doc }]));
}

/** What @pulumi/aws declares for a type such as `aws:ec2/vpc:Vpc`. */
function declared(type: string): Declared {
  const [, file = '', name = ''] = type.split(':');
  const folder = path.dirname(require.resolve('@pulumi/aws/package.json'));
  const source = fs.readFileSync(path.join(folder, `${file}.d.ts`), 'utf8');
  return { args: members(source, `${name}Args`), state: new Set(members(source, `${name}State`).keys()) };
}

/** What replaces under a condition only, and not for what this project makes of it. */
const conditional = [
  // Only with assignIpv6AddressOnCreation.
  'aws:ec2/subnet:Subnet ipv6CidrBlock',
  // Only for endpoints that are no interface.
  'aws:ec2/vpcEndpoint:VpcEndpoint privateDnsEnabled',
  // Only below version 7.0.5 of the engine.
  'aws:elasticache/replicationGroup:ReplicationGroup transitEncryptionEnabled',
];

const replacing = /chang(?:e|ing) (?:this|the) (?:\S+ )*(?:creates|force)|forces (?:a )?(?:new resource|replacement)/i;

const first = (path: string): string => path.split('.')[0] ?? '';

describe('the provider’s tables', () => {
  it('realise every type that they describe, and describe every type that is realised', () => {
    assert.deepEqual(Object.keys(realisations).sort(), Object.keys(typeTable).sort());
  });

  it('rejects a type that is not in them, by name', () => {
    assert.throws(() => rowOf('aws:sqs/queue:Queue'), /do not know the type aws:sqs\/queue:Queue/);
  });

  for (const [type, row] of Object.entries(typeTable)) {
    describe(type, () => {
      const { args, state } = declared(type);

      it('names only inputs that the official type has', () => {
        const named = [...row.forceNew, ...row.optionalComputed, ...row.assigned, ...row.writeOnly, ...row.secret];
        const compared = [...row.documents, ...row.ordered.map(first), ...Object.keys(row.replacesWhen)];
        const inputs = [...named, ...compared, ...(row.name === null ? [] : [row.name.property])];
        assert.deepEqual(
          inputs.filter((name) => !args.has(name)),
          [],
        );
      });

      it('knows every output that is no input', () => {
        const outputs = [...state].filter((name) => !args.has(name)).sort();
        assert.deepEqual([...row.computed].sort(), outputs);
        assert.deepEqual(
          row.recomputed.filter((name) => !state.has(name)),
          [],
        );
      });

      it('never keeps what the official type calls write-only', () => {
        assert.deepEqual(
          [...args.keys()].filter((name) => name.endsWith('Wo')),
          row.writeOnly,
        );
      });
    });
  }

  it('replace for everything that the official documentation says replaces', () => {
    const missing = Object.entries(typeTable).flatMap(([type, row]) =>
      [...declared(type).args]
        .filter(([name, { doc }]) => replacing.test(doc) && !row.forceNew.includes(name))
        .map(([name]) => `${type} ${name}`),
    );
    assert.deepEqual(missing.sort(), conditional);
  });
});
