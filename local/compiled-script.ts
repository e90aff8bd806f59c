import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * Path of a script of ours that a new Node process can run: the neighbour in the compiled tree, or,
 * when the caller itself runs from its TypeScript source (in tests), that of a tree compiled now.
 * @param name path from the checkout's root without extension, such as `local/supervisor/main`.
 */
export function compiledScript(name: string): string {
  const root = path.resolve(__dirname, '..');
  const neighbour = path.join(root, `${name}.js`);
  if (fs.existsSync(neighbour)) return neighbour;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- plain JavaScript outside the compiled rooms
  const { compiled } = require(path.join(root, 'tools', 'compile.js')) as { compiled: () => string };
  return path.join(compiled(), `${name}.js`);
}
