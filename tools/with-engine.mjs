#!/usr/bin/env node
/** Runs a command in an environment in which the engine of the set-up is found. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const { withEngine } = createRequire(import.meta.url)('./engine.js');
const [command, ...args] = process.argv.slice(2);
process.exitCode = spawnSync(command, args, { env: withEngine(process.env), stdio: 'inherit' }).status ?? 1;
