import * as fs from 'node:fs';
import * as path from 'node:path';

function isCheckout(folder: string): boolean {
  try {
    const parsed: unknown = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return typeof parsed === 'object' && parsed !== null && 'name' in parsed && parsed.name === 'agente-dr';
  } catch {
    return false;
  }
}

/**
 * Root of the checkout that this code belongs to, also when it runs compiled from `.build/`.
 * @throws Error when no folder above holds the project's package.json, as in a container image.
 */
export function checkoutRoot(from: string = __dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (isCheckout(folder)) return folder;
    if (folder === path.dirname(folder)) throw new Error(`no checkout of agente-dr above ${from}`);
  }
}
