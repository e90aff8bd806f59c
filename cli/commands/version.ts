import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { checkoutRoot } from '../../scripts/checkout';

/** `agente-dr version`. */
export function versionCommand(): Command {
  return new Command('version').description('the version of these tools').action(() => {
    const text = fs.readFileSync(path.join(checkoutRoot(), 'package.json'), 'utf8');
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(text));
    process.stdout.write(`${version}\n`);
  });
}
