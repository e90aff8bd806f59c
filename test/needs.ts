import assert from 'node:assert/strict';
import type { Context } from 'mocha';

/** Leaves a test out where this machine cannot run it, and says why. In CI that is a failure. */
export function needs(test: Context, what: string, isThere: boolean): void {
  if (isThere) return;
  assert.equal(process.env['AGENTE_DR_CI'] ?? process.env['CI'], undefined, `CI must have ${what}`);
  console.log(`      left out: this machine has not got ${what}`);
  test.skip();
}

/** For a disk of one's own. */
export const needsRoot = (test: Context): void => {
  needs(test, 'root, who may mount', process.getuid?.() === 0);
};
