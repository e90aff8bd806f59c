import * as fs from 'node:fs';
import * as path from 'node:path';
import { judge, type Finding } from '../../policy/judge';
import { Stack } from '../../policy/resource';
import type { Rule } from '../../policy/rule';
import { rules } from '../../policy/rules';
import { resourceOf } from '../../policy/told';
import { unknown } from '../../policy/unknown';
import { cases } from './cases';
import { record, type Recorded } from './record';

export type Folder = 'hollow' | 'sound';

const fileOf = (folder: Folder, name: string): string => path.join(__dirname, folder, `${name}.ts`);

export const linesOf = (folder: Folder, name: string): string[] =>
  fs.readFileSync(fileOf(folder, name), 'utf8').split('\n');

export const namesIn = (folder: Folder): string[] =>
  fs
    .readdirSync(path.join(__dirname, folder))
    .map((name) => path.basename(name, '.ts'))
    .sort();

/** What only the stack of the other region may not do. */
export const stackFor = (name: string): string => (name === 'dr-alone' ? 'dr' : (cases[name]?.stack ?? 'primary'));

export async function recordProgram(folder: Folder, name: string, unknowns: boolean): Promise<Recorded[]> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program is loaded by its name, as an engine does
  const program = require(fileOf(folder, name)) as () => void;
  return record(program, stackFor(name), unknowns);
}

/** How the engine writes what is not known yet. */
const marks: readonly unknown[] = ['04da6b54-80e4-46f7-96ec-b56ff0331ba9', '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7'];

function known(value: unknown): unknown {
  if (marks.includes(value)) return unknown;
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, known(inner)]));
}

export function stackOfRecorded(all: readonly Recorded[]): Stack {
  const regions = new Map(all.map(({ urn, inputs }) => [urn, inputs['region']]));
  return new Stack(
    all.map((one) => {
      const region = regions.get(one.provider);
      const inputs = known(one.inputs) as Record<string, unknown>;
      return resourceOf({ ...one, inputs, providerRegion: typeof region === 'string' ? region : undefined });
    }),
  );
}

/** The rules alone, without a pack. */
export function findingsIn(stack: Stack, asked: readonly Rule[] = rules): Finding[] {
  return stack.resources.flatMap((one) => asked.flatMap((rule) => judge(rule, one, stack).findings));
}
