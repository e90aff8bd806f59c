import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import * as fs from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { decode, encode } from 'dns-packet';
import type * as loadModule from '../../../cli/drill/load';
import { readLedger, type Try } from '../../../cli/drill/ledger';
const requireCompiled = createRequire(__filename);
const { compiled } = requireCompiled('../../../tools/compile.js') as { compiled: () => string };

// The guests are a process of their own, so the compiled tree is what can be tested.
const { startLoad } = requireCompiled(path.join(compiled(), 'cli/drill/load.js')) as typeof loadModule;

/** Two hotels and their name server on loopback addresses: the least that guests need. */
interface World {
  readonly folder: string;
  readonly port: number;
  readonly dns: { readonly address: string; readonly port: number };
  readonly asked: () => number;
  /** Connections that guests have opened to a hotel. */
  readonly connections: Record<string, number>;
  answerWith(address: string): void;
  kill(address: string): void;
  close(): void;
}

const primary = '127.99.7.1';
const dr = '127.99.7.2';
const ttlSeconds = 2;

async function world(): Promise<World> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'guests-'));
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      'key.pem',
      '-out',
      'ca.crt',
      '-days',
      '1',
      '-subj',
      '/CN=hotel',
      '-addext',
      'subjectAltName=DNS:api.hotel.test',
    ],
    { cwd: folder, stdio: 'pipe' },
  );
  const servers = new Map<string, Server>();
  const connections: Record<string, number> = { [primary]: 0, [dr]: 0 };
  let port = 0;
  for (const [address, site] of [
    [primary, 'primary'],
    [dr, 'dr'],
  ] as const) {
    const server = createServer(
      { key: fs.readFileSync(path.join(folder, 'key.pem')), cert: fs.readFileSync(path.join(folder, 'ca.crt')) },
      (request, response) => {
        request.resume().once('end', () => {
          response.writeHead(201, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ site }));
        });
      },
    );
    server.on('secureConnection', () => {
      connections[address] = (connections[address] ?? 0) + 1;
    });
    await new Promise<void>((resolve) => server.listen(port, address, resolve));
    port = (server.address() as AddressInfo).port;
    servers.set(address, server);
  }
  const names = nameServer();
  await new Promise<void>((resolve) => names.socket.bind(0, '127.0.0.1', resolve));
  return {
    folder,
    port,
    connections,
    asked: names.asked,
    answerWith: names.answerWith,
    dns: { address: '127.0.0.1', port: names.socket.address().port },
    kill: (address) => {
      servers.get(address)?.closeAllConnections();
      servers.get(address)?.close();
    },
    close: () => {
      for (const server of servers.values()) {
        server.closeAllConnections();
        server.close();
      }
      names.socket.close();
      fs.rmSync(folder, { recursive: true });
    },
  };
}

function nameServer(): { socket: Socket; asked: () => number; answerWith: (address: string) => void } {
  const socket = createSocket('udp4');
  let [address, asked] = [primary, 0];
  socket.on('message', (message, from) => {
    asked += 1;
    const { id, questions } = decode(message);
    const name = questions?.[0]?.name ?? '';
    const answers = [{ type: 'A' as const, name, ttl: ttlSeconds, data: address }];
    socket.send(
      encode({ type: 'response', id: id ?? 0, questions: questions ?? [], answers }),
      from.port,
      from.address,
    );
  });
  return {
    socket,
    asked: () => asked,
    answerWith: (next) => {
      address = next;
    },
  };
}

describe('the guests of a drill', function () {
  this.timeout(20_000);
  let hotels: World;
  beforeEach(async () => {
    hotels = await world();
  });
  afterEach(() => {
    hotels.close();
  });

  async function book(rate: number, script: (tries: readonly Try[]) => Promise<void>): Promise<Try[]> {
    const tries: Try[] = [];
    const ledger = path.join(hotels.folder, 'ledger.csv');
    const order = {
      drill: 'd',
      ledger,
      rate,
      domain: 'api.hotel.test',
      port: hotels.port,
      resolver: hotels.dns,
      caFile: path.join(hotels.folder, 'ca.crt'),
    };
    const load = await startLoad(order, (batch) => tries.push(...batch));
    await script(tries);
    await load.stop();
    const written = readLedger(ledger);
    assert.ok(written.length >= tries.length, 'whatever is reported stands in the ledger');
    assert.deepEqual(written.slice(0, tries.length), tries);
    return written;
  }

  it('book at the rate asked for, each booking once, over connections that are kept', async () => {
    const tries = await book(150, () => pause(4_000));
    assert.ok(tries.length > 150 * 3.5 && tries.length <= 150 * 4.2, `${String(tries.length)} bookings in 4 s`);
    assert.ok(tries.every((entry) => entry.site === 'primary'));
    assert.equal(new Set(tries.map((entry) => entry.sequence)).size, tries.length);
    assert.ok((hotels.connections[primary] ?? 0) <= 150 * 2.5, 'a guest keeps the connection');
  });

  it('fail at once when the hotel dies, and move when the answer they keep has ended', async () => {
    let [diedAt, movedAt] = [0, 0];
    const tries = await book(100, async () => {
      await pause(2_500);
      hotels.kill(primary);
      diedAt = Date.now();
      await pause(1_000);
      hotels.answerWith(dr);
      movedAt = Date.now();
      await pause(4_500);
    });
    const firstFailure = tries.find((entry) => entry.site === null);
    assert.ok(firstFailure !== undefined && firstFailure.endedAt - diedAt < 300, 'the failure is seen at once');
    const onDr = tries.filter((entry) => entry.site === 'dr').map((entry) => entry.endedAt);
    assert.ok(Math.min(...onDr) >= movedAt, 'nobody moves before the name server says so');
    const lastFailure = Math.max(...tries.filter((entry) => entry.site === null).map((entry) => entry.endedAt));
    // Some guests asked again just before the answer changed and keep the old one for its whole TTL.
    const wait = lastFailure - movedAt;
    assert.ok(
      wait > ttlSeconds * 500 && wait < ttlSeconds * 1_000 + 700,
      `the last guest moved after ${String(wait)} ms`,
    );
  });

  it('go home when the drill is killed', async () => {
    const script = `
      const { startLoad } = require(${JSON.stringify(path.join(compiled(), 'cli/drill/load.js'))});
      startLoad(JSON.parse(process.argv[1]), () => {}).then(() => console.log('booking'));`;
    const order = {
      drill: 'k',
      ledger: path.join(hotels.folder, 'k.csv'),
      rate: 50,
      domain: 'api.hotel.test',
      port: hotels.port,
      resolver: hotels.dns,
      caFile: path.join(hotels.folder, 'ca.crt'),
    };
    const { spawn } = await import('node:child_process');
    const drill = spawn(process.execPath, ['-e', script, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => drill.stdout.once('data', resolve));
    await pause(500);
    drill.kill('SIGKILL');
    await pause(500);
    const size = fs.statSync(order.ledger).size;
    assert.ok(size > 100, 'guests had booked');
    await pause(500);
    assert.equal(fs.statSync(order.ledger).size, size, 'nobody books any more');
  });
});
