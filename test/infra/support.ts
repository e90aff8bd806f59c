import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { readConfig, type SiteConfig } from '../../infra/config';
import type { Site } from '../../recovery/sites';

const root = path.resolve(__dirname, '../..');

/** The shipped file of a stack as the engine hands it to the program: structured values as JSON text. */
export function shippedKeys(stack: Site): Record<string, string> {
  const file = parse(fs.readFileSync(path.join(root, `Pulumi.${stack}.yaml`), 'utf8')) as {
    config: Record<string, string | number | object>;
  };
  return Object.fromEntries(
    Object.entries(file.config).map(([key, value]) => [
      key,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}

export function shippedConfig(stack: Site, changes: Readonly<Record<string, string>> = {}): SiteConfig {
  return readConfig({ ...shippedKeys(stack), ...changes }, stack);
}
