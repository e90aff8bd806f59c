import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { typeTable } from '../../local/provider/diff-tables';
import { checkoutRoot } from '../../scripts/checkout';
import { twins, type Twin } from './cloudformation-twins';

interface Schema {
  /** Properties whose change replaces the resource. */
  readonly createOnly: readonly string[];
  /** Properties whose change replaces it under conditions that the schema does not name. */
  readonly conditional: readonly string[];
}

/** What cfn-lint ships of CloudFormation's own schemas; `tools/cloudformation.mjs` makes it. */
const { types: schemas } = JSON.parse(
  fs.readFileSync(path.join(checkoutRoot(), 'test', 'local', 'cloudformation.json'), 'utf8'),
) as { readonly types: Readonly<Record<string, Schema>> };

/** Names that the provider makes itself, and the region that it gives everything since 7.0. */
const ofTheProvider = new Set(['region', 'namePrefix', 'identifierPrefix']);

const ourName = (twin: Twin, theirs: string): string =>
  twin.names?.[theirs] ?? theirs.charAt(0).toLowerCase() + theirs.slice(1);

function schemaOf(twin: Twin): Schema {
  const schema = schemas[twin.cloudFormation];
  assert(schema !== undefined, `${twin.cloudFormation} is not in cloudformation.json`);
  return schema;
}

const awsTypes = Object.keys(typeTable).filter((type) => type.startsWith('aws:'));

describe('the provider’s tables and the schemas of CloudFormation', () => {
  it('have a twin for every type, or a reason why there is none', () => {
    assert.deepEqual(
      awsTypes.filter((type) => twins[type] === undefined),
      [],
    );
  });

  it('have no twin of a type that they do not have', () => {
    assert.deepEqual(
      Object.keys(twins).filter((type) => !awsTypes.includes(type)),
      [],
    );
    const used = Object.values(twins).flatMap((twin) => (typeof twin === 'string' ? [] : [twin.cloudFormation]));
    assert.deepEqual(Object.keys(schemas).sort(), [...new Set(used)].sort());
  });

  for (const type of awsTypes) {
    const twin = twins[type];
    if (twin === undefined || typeof twin === 'string') continue;
    const { createOnly, conditional } = schemaOf(twin);
    const theirs = new Set(createOnly.filter((name) => twin.absent?.[name] === undefined).map((n) => ourName(twin, n)));
    const ours = new Set((typeTable[type]?.forceNew ?? []).filter((name) => !ofTheProvider.has(name)));

    it(`agree on what replaces ${type}, but for the differences that are argued`, () => {
      const { updatedHere = {}, replacedHere = {} } = twin;
      // Both ways, so that no argument outlives its difference.
      assert.deepEqual([...theirs].filter((name) => !ours.has(name)).sort(), Object.keys(updatedHere).sort());
      assert.deepEqual([...ours].filter((name) => !theirs.has(name)).sort(), Object.keys(replacedHere).sort());
      const gone = Object.keys(twin.absent ?? {}).filter((name) => !createOnly.includes(name));
      assert.deepEqual(gone, []);
      for (const name of Object.keys(twin.names ?? {})) {
        const known = [...createOnly, ...conditional].includes(name) || ours.has(ourName(twin, name));
        assert(known, `${type} has no difference about ${name}`);
      }
    });
  }
});
