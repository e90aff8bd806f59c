import { spawn, type ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import type { Try } from './ledger';

/** What the process with the guests is told. No secret in it. */
export interface BookersOrder {
  /** Prefix of all references of this drill. */
  readonly drill: string;
  readonly ledger: string;
  /** Bookings per second. */
  readonly rate: number;
  readonly domain: string;
  readonly port: number;
  readonly resolver: { readonly address: string; readonly port: number };
  readonly caFile: string;
}

export type BookersReport =
  { readonly kind: 'started'; readonly guests: number } | { readonly kind: 'tries'; readonly tries: readonly Try[] };

export interface Load {
  readonly guests: number;
  /** Resolves when the process has ended, expected or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the guests.
 *
 * @throws Error when their process ends before it has begun to book.
 */
export async function startLoad(order: BookersOrder, onTries: (tries: readonly Try[]) => void): Promise<Load> {
  const child = spawn(process.execPath, [path.join(__dirname, 'bookers.js')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const guests = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`the bookers ended with ${String(code)} before they had begun`));
    });
    child.on('message', (message) => {
      const report = message as BookersReport;
      if (report.kind === 'started') resolve(report.guests);
      else onTries(report.tries);
    });
    child.send(order);
  });
  return { guests, ended, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.connected) child.disconnect();
  await ended;
}
