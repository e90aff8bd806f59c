/**
 * The guests of a drill, in a process of their own, so that nothing the drill does can make the
 * measuring stall. Started by load.ts with an IPC channel; ends when that channel closes, which is
 * also what happens when the drill is killed.
 */
import * as fs from 'node:fs';
import { Connectors, Guest } from './guest';
import { GuestResolver, NameServer } from './guest-resolver';
import { Ledger, referenceOf, type Try } from './ledger';
import type { BookersOrder, BookersReport } from './load';

const tickMs = 10;
const reportMs = 40;
/** Guests per booking per second: with a patience of 2 s nobody is still waiting when the turn comes again. */
const guestsPerRate = 2.5;

/** A room and a night that no other sequence number has. */
export function stayOf(sequence: number): { room: number; check_in: string; check_out: string } {
  const rooms = 200;
  const dayMs = 86_400_000;
  const night = Date.UTC(2030, 0, 1) + Math.floor(sequence / rooms) * dayMs;
  const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  return { room: 1 + (sequence % rooms), check_in: date(night), check_out: date(night + dayMs) };
}

function report(message: BookersReport): void {
  if (process.connected) process.send?.(message);
}

function start(order: BookersOrder): void {
  const ledger = new Ledger(order.ledger);
  const door = { domain: order.domain, port: order.port, ca: fs.readFileSync(order.caFile, 'utf8') };
  const server = new NameServer(order.resolver.address, order.resolver.port);
  const connectors = new Connectors(door);
  const count = Math.ceil(order.rate * guestsPerRate);
  const guests = Array.from(
    { length: count },
    () => new Guest(door, new GuestResolver(server, order.domain), connectors),
  );

  let batch: Try[] = [];
  const flush = (): void => {
    if (batch.length === 0) return;
    ledger.append(batch);
    report({ kind: 'tries', tries: batch });
    batch = [];
  };
  setInterval(flush, reportMs);
  process.prependListener('disconnect', flush);

  const startedAt = performance.now();
  let turn = 0;
  let sequence = 0;
  setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * order.rate);
    // After a stall the missed turns are not made up for: a burst would be another load than the one asked for.
    turn = Math.max(turn, due - order.rate);
    for (; turn < due; turn += 1) {
      const guest = guests[turn % count];
      if (guest === undefined || guest.busy) continue;
      sequence += 1;
      void guest.book(sequence, bodyOf(order.drill, sequence)).then((entry) => batch.push(entry));
    }
  }, tickMs);
  report({ kind: 'started', guests: count });
}

function bodyOf(drill: string, sequence: number): unknown {
  const reference = referenceOf(drill, sequence);
  return { reference, hotel_id: 1, guest: `Guest ${String(sequence)}`, ...stayOf(sequence) };
}

if (require.main === module) {
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C in a terminal reaches the whole process group; the drill decides when the guests go home.
  process.on('SIGINT', () => undefined);
  process.once('message', (order) => {
    start(order as BookersOrder);
  });
}
