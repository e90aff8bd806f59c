#!/usr/bin/env node
/**
 * What a pull request goes through, here as there: `npm run ci` runs every step, `npm run ci -- STEP` one
 * of them. Steps that ask a backend need a shell that is bound to one: regions on this machine (`agente-dr
 * local env`) or the account.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

const { root, withEngine } = createRequire(import.meta.url)('./engine.js');

const stacks = ['primary', 'dr'];
const plan = (stack) => `plans/${stack}.json`;
const plans = stacks.map(plan).join(' ');

/** In this order; each is a line of shell. */
export const steps = {
  check: ['npm run check'],
  test: ['npm test'],
  // Saved once, and read by what follows: the comment and the gate speak of the same plan.
  plan: stacks.map((stack) => `pulumi preview --json --show-sames --stack ${stack} > ${path.join(root, plan(stack))}`),
  policy: stacks.map((stack) => `pulumi preview --stack ${stack} --policy-pack ${path.join(root, 'policy')}`),
  comment: [`node bin/agente-dr.js preview --markdown --out plans/comment.md --from ${plans}`],
  gate: [`node bin/agente-dr.js gate --from ${plans} --sarif plans/gate.sarif --markdown plans/gate.md`],
};

function run(step) {
  mkdirSync(path.join(root, 'plans'), { recursive: true });
  return steps[step].every((line) => {
    console.log(`${step}: ${line}`);
    return spawnSync('sh', ['-c', line], { cwd: root, env: withEngine(process.env), stdio: 'inherit' }).status === 0;
  });
}

function main(asked) {
  const unknown = asked.filter((step) => !(step in steps));
  if (unknown.length > 0) {
    console.error(`there is no step ${unknown.join(', ')}\nHINT: Steps are ${Object.keys(steps).join(', ')}.`);
    return 2;
  }
  // All are run: who mends one wants to know of the others.
  const failed = (asked.length > 0 ? asked : Object.keys(steps)).filter((step) => !run(step));
  console.log(failed.length === 0 ? 'every step has passed' : `failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

if (process.argv[1] === path.join(root, 'tools', 'ci.mjs')) process.exitCode = main(process.argv.slice(2));
