/**
 * Takes out of cfn-lint what CloudFormation says about the types that regions on this machine know:
 * which properties cannot be changed. Not run by the tests; after a new pin of @pulumi/aws:
 *
 *   pip download --no-deps cfn-lint && unzip -q cfn_lint-*.whl -d FOLDER
 *   node tools/cloudformation.mjs FOLDER > test/local/cloudformation.json
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('./register.js');
const { twins } = require('../test/local/cloudformation-twins.ts');

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node tools/cloudformation.mjs FOLDER');

const schemas = path.join(folder, 'cfnlint', 'data', 'schemas');
const read = (...names) => JSON.parse(readFileSync(path.join(schemas, ...names), 'utf8'));
const distribution = readdirSync(folder).find((name) => name.endsWith('.dist-info')) ?? '';
/** CloudFormation type -> file of its schema; they differ between regions. */
const files = read('providers', 'us-east-1.json');

/** `/properties/A/B` is a part of A: only what cannot be changed as a whole replaces in the provider's terms. */
const whole = (pointers = []) => pointers.flatMap((pointer) => /^\/properties\/(\w+)$/.exec(pointer)?.[1] ?? []).sort();

const types = Object.fromEntries(
  [...new Set(Object.values(twins).flatMap((twin) => (typeof twin === 'string' ? [] : [twin.cloudFormation])))]
    .sort()
    .map((type) => {
      const schema = read('resources', `${path.basename(files[type], '.json')}.json`);
      return [
        type,
        {
          createOnly: whole(schema.createOnlyProperties),
          conditional: whole(schema.conditionalCreateOnlyProperties),
        },
      ];
    }),
);
const version = /^cfn_lint-(.+)\.dist-info$/.exec(distribution)?.[1];
console.log(JSON.stringify({ cfnLint: version, schemasOf: read('version.json').schema_date, types }, null, 2));
