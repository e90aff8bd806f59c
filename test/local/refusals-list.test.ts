import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.resolve(__dirname, '../..');
const page = fs.readFileSync(path.join(root, 'docs/local-refusals.md'), 'utf8');

/** Rows of the page: code, and the test that shows it. */
const listed = [...page.matchAll(/^\| `(\w+)` +\|[^|]+\| ([\w-]+\.test\.ts): (.+?) +\|$/gm)].map(
  ([, code = '', file = '', title = '']) => ({ code, file, title }),
);

/** What no page tells an operator of: the two sides of the socket are of different versions. */
const ours = ['InvalidAction'];

function refusedInSources(): string[] {
  const files = fs
    .readdirSync(path.join(root, 'local'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => fs.readFileSync(path.join(root, 'local', name), 'utf8'));
  const codes = files.flatMap((source) => [...source.matchAll(/\bRegionRefusal\(\s*'(\w+)'/g)].map(([, code]) => code));
  return [...new Set(codes)].filter((code) => code !== undefined).filter((code) => !ours.includes(code));
}

describe('the list of imitated refusals', () => {
  it('has every code that a region refuses with, and none besides', () => {
    assert.deepEqual(listed.map(({ code }) => code).sort(), refusedInSources().sort());
  });

  for (const { code, file, title } of listed) {
    it(`names a test of ${code} that exists`, () => {
      const source = fs.readFileSync(path.join(__dirname, file), 'utf8');
      assert.ok(source.includes(`'${title}'`), title);
    });
  }
});
