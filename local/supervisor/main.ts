import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RegionStatus } from '../api';
import { Machine } from '../machine';
import { regionClient } from './client';
import { createContext } from './context';
import { listen } from './dispatch';
import { keepLastWatch } from './last-watch';
import { watchOwner } from './owner';
import type { RegionContext } from './part';
import { partsOf, type AnyPart } from './parts';

/** Order in which supervisors would end an orphaned machine. */
const ranks = ['global', 'us-east-2', 'us-west-2', 'us-east-1'];

type Answer = (params: unknown) => Promise<unknown>;

/** All calls of the parts by name; two parts that answer the same call are a bug. */
function callsOf(parts: readonly AnyPart[]): Map<string, Answer> {
  const calls = new Map<string, Answer>();
  for (const [name, call] of parts.flatMap((part) => Object.entries(part.calls))) {
    if (calls.has(name)) throw new Error(`two parts answer ${name}`);
    calls.set(name, (params) => call(params as never));
  }
  return calls;
}

/** Calls that every supervisor answers; those of the parts wait until all parts stand. */
function answersOf(context: RegionContext, parts: readonly AnyPart[], started: Promise<void>, shutDown: () => void) {
  const { region, address } = context;
  const status = (): RegionStatus => ({ region, address, parts: parts.flatMap((part) => part.status()) });
  const answers = new Map<string, Answer>();
  for (const [name, call] of callsOf(parts)) answers.set(name, (params) => started.then(() => call(params)));
  answers.set('ping', () => started.then(() => ({ region, pid: process.pid })));
  answers.set('status', () => Promise.resolve(status()));
  answers.set('stop', () => {
    setImmediate(shutDown);
    return Promise.resolve({});
  });
  return answers;
}

async function stopAll(parts: readonly AnyPart[], log: (message: string) => void): Promise<void> {
  for (const part of [...parts].reverse()) {
    await part.stop().catch((error: unknown) => {
      log(String(error));
    });
  }
  process.exit(0);
}

/** A slip in the background must not take the region's servers along: that would be a disaster nobody ordered. */
function surviveSlips(log: (message: string) => void): void {
  for (const slip of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(slip, (error: unknown) => {
      log(`${slip}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    });
  }
}

async function main(dir: string, region: string): Promise<void> {
  const machine = Machine.open(dir);
  const context = createContext(machine, region, regionClient(machine));
  const log = (message: string) => {
    context.log(message);
  };
  keepLastWatch(machine, region);
  watchOwner(machine, ranks.indexOf(region), log);
  const parts = partsOf(context);
  const shutDown = () => void stopAll(parts, log);
  let open: () => void = () => undefined;
  const started = new Promise<void>((resolve) => (open = resolve));
  fs.mkdirSync(path.join(context.dir, 'log'), { recursive: true });
  await listen(machine.socket(region), answersOf(context, parts, started, shutDown), log);
  process.on('SIGTERM', shutDown);
  for (const part of parts) await part.start();
  surviveSlips(log);
  open();
  log(`region ${region} stands at ${context.address}`);
}

const [dir, region] = process.argv.slice(2);
if (dir === undefined || region === undefined) throw new Error('usage: main.js <machine folder> <region>');
main(dir, region).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
