import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RegionStatus } from '../api';
import { Machine } from '../machine';
import { regionClient } from './client';
import { createContext } from './context';
import { listen } from './dispatch';
import { watchOwner } from './owner';
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

async function main(dir: string, region: string): Promise<void> {
  const machine = Machine.open(dir);
  const context = createContext(machine, region, regionClient(machine));
  watchOwner(machine, ranks.indexOf(region), context.log);
  const parts = partsOf(context);
  const shutDown = async () => {
    for (const part of [...parts].reverse())
      await part.stop().catch((error: unknown) => {
        context.log(String(error));
      });
    process.exit(0);
  };
  let open: () => void = () => undefined;
  const started = new Promise<void>((resolve) => (open = resolve));
  const calls = new Map<string, Answer>([
    ...[...callsOf(parts)].map(([name, call]): [string, Answer] => [
      name,
      (params) => started.then(() => call(params)),
    ]),
    ['ping', () => started.then(() => ({ region, pid: process.pid }))],
    [
      'status',
      (): Promise<RegionStatus> =>
        Promise.resolve({ region, address: context.address, parts: parts.flatMap((part) => part.status()) }),
    ],
    [
      'stop',
      () => {
        setImmediate(() => void shutDown());
        return Promise.resolve({});
      },
    ],
  ]);
  fs.mkdirSync(path.join(context.dir, 'log'), { recursive: true });
  await listen(machine.socket(region), calls, context.log);
  // A slip in the background must not take the region's servers along: that would be a disaster nobody ordered.
  for (const slip of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(slip, (error: unknown) => {
      context.log(`${slip}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    });
  }
  process.on('SIGTERM', () => void shutDown());
  for (const part of parts) await part.start();
  open();
  context.log(`region ${region} stands at ${context.address}`);
}

const [dir, region] = process.argv.slice(2);
if (dir === undefined || region === undefined) throw new Error('usage: main.js <machine folder> <region>');
main(dir, region).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
