import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import type { Machine } from './machine';

const secretsFile = z.record(z.string(), z.object({ value: z.string().nullable() }));

/**
 * Value of a secret of a region, read where its supervisor keeps it; for tools that measure from
 * outside and have no task role.
 *
 * @throws Error when the region has no such secret, or it has no value yet.
 */
export function secretValue(machine: Machine, region: string, name: string): string {
  const file = path.join(machine.regionDir(region), 'secrets.json');
  const value = secretsFile.parse(JSON.parse(fs.readFileSync(file, 'utf8')))[name]?.value ?? null;
  if (value === null) throw new Error(`secret ${name} has no value in ${region}`);
  return value;
}
