/**
 * Which mistakes of `test/policy/hollow` other packs see. Installs each of them in a folder of its own,
 * which is gone afterwards, writes what they said to docs/known-packs.json and prints the tables of
 * docs/policy.md. Not run by the tests: it takes about 20 minutes and the network.
 *
 *   node -r ./tools/register.js tools/known-packs/main.ts
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { namesIn, recordProgram } from '../../test/policy/programs';
import { checkoutRoot } from '../../scripts/checkout';
import { awsguard } from './awsguard';
import { checkov } from './checkov';
import { compared, type Compared } from './compared';
import { kics } from './kics';
import { prefixOf, type Programs } from './pack';
import { tablesOf } from './tables';
import { terraformOf } from './terraform';
import { trivy } from './trivy';

const packs = [checkov, trivy, kics, awsguard];

async function writePrograms(folder: string): Promise<Programs> {
  let resources = 0;
  const all = (['hollow', 'sound'] as const).flatMap((room) => namesIn(room).map((name) => ({ room, name })));
  for (const [index, { room, name }] of all.entries()) {
    const own = path.join(folder, room, name);
    fs.mkdirSync(own, { recursive: true });
    const text = terraformOf(await recordProgram(room, name, false), prefixOf(index));
    fs.writeFileSync(path.join(own, 'main.tf'), text);
    resources += text.match(/^resource /gm)?.length ?? 0;
  }
  return { folder, resources };
}

async function main(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-known-packs-'));
  try {
    const programs = await writePrograms(path.join(folder, 'programs'));
    const all: Compared[] = [];
    for (const pack of packs) {
      const own = path.join(folder, `pack-${all.length}`);
      fs.mkdirSync(own);
      process.stderr.write(`${pack.name} ${pack.version}\n`);
      all.push(compared(pack, await pack.scan(programs, own)));
    }
    const result = { on: new Date().toISOString().slice(0, 10), packs: all };
    const file = path.join(checkoutRoot(), 'docs', 'known-packs.json');
    fs.writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
    process.stdout.write(tablesOf(result));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

void main();
