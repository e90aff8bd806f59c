import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import { pipeline } from 'node:stream/promises';
import { RegionRefusal, type Endpoint } from '../api';
import type { Part, RegionContext } from '../supervisor/part';
import { accountKey } from './store-client';

/** A cut link drops silently: without a limit a parcel would be on its way for ever. */
const silenceMs = 5_000;

/** What arrives from another region: a thing by name, with its bytes, or without them when it is gone there. */
export type Receiver = (name: string, label: string, bytes: http.IncomingMessage | null) => Promise<void>;

export interface Parcel {
  readonly kind: string;
  readonly name: string;
  /** What the receiver must know of it besides the bytes. */
  readonly label: string;
  /** File with the bytes; null for a thing that is gone. */
  readonly file: string | null;
}

export interface CourierPart extends Part<'courierDoor'> {
  /** @throws RegionRefusal in the receiver's words; Error when nothing arrives. */
  send(region: string, parcel: Parcel): Promise<void>;
  receive(kind: string, receiver: Receiver): void;
}

/** Carries files of file systems and images between regions, over the link and at its rate. */
export function courier(context: RegionContext): CourierPart {
  const hall = new Hall(context);
  return {
    calls: { courierDoor: () => Promise.resolve(hall.door) },
    send: (region, parcel) => hall.send(region, parcel),
    receive: (kind, receiver) => {
      hall.receivers.set(kind, receiver);
    },
    start: () => hall.open(),
    status: () => [],
    stop: () => hall.close(),
  };
}

/** Only the machine's own regions know this word. */
function passWord(context: RegionContext): string {
  return createHash('sha256')
    .update(`courier ${accountKey(context.machine).secretAccessKey}`)
    .digest('hex');
}

class Hall {
  readonly receivers = new Map<string, Receiver>();
  private readonly server: http.Server;
  private readonly doors = new Map<string, Endpoint>();
  private port = 0;

  constructor(private readonly context: RegionContext) {
    this.server = http.createServer((request, response) => {
      this.take(request).then(
        () => response.writeHead(204).end(),
        (error: unknown) => {
          const refusal = error instanceof RegionRefusal ? error.code : 'InternalFailure';
          const message = error instanceof Error ? error.message : String(error);
          response.writeHead(error instanceof RegionRefusal ? 409 : 500).end(JSON.stringify({ refusal, message }));
        },
      );
    });
  }

  get door(): Endpoint {
    return { host: this.context.address, port: this.port };
  }

  /** On the port of last time, so that the doors of the link still lead here. */
  async open(): Promise<void> {
    this.port = this.context.load('courier', { port: 0 }).port || (await this.context.freePort());
    this.context.save('courier', { port: this.port });
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host: this.context.address, port: this.port }, resolve);
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  async send(region: string, parcel: Parcel): Promise<void> {
    const door = this.doors.get(region) ?? (await this.doorOf(region));
    try {
      await this.carry(door, parcel);
    } catch (error) {
      this.doors.delete(region);
      throw error;
    }
  }

  private async doorOf(region: string): Promise<Endpoint> {
    const target = await this.context.call(region, 'courierDoor', {});
    const door = await this.context.call('global', 'openLink', { from: this.context.region, to: region, target });
    this.doors.set(region, door);
    return door;
  }

  private async carry(door: Endpoint, { kind, name, label, file }: Parcel): Promise<void> {
    const headers = { authorization: passWord(this.context), 'x-label': encodeURIComponent(label) };
    const path = `/${kind}/${encodeURIComponent(name)}`;
    const request = http.request({ ...door, path, headers, method: file === null ? 'DELETE' : 'PUT', agent: false });
    request.setTimeout(silenceMs, () => request.destroy(new Error(`nothing moves for ${String(silenceMs)} ms`)));
    const answer = new Promise<http.IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
    });
    // A refusal may come before the last byte has left; what it says counts, not the broken pipe.
    const sent = file === null ? request.end() : pipeline(fs.createReadStream(file), request);
    const [answered] = await Promise.all([answer, Promise.resolve(sent).catch(() => undefined)]);
    const words = await textOf(answered);
    if (answered.statusCode === 204) return;
    const { refusal, message } = JSON.parse(words) as { refusal: string; message: string };
    throw answered.statusCode === 409 ? new RegionRefusal(refusal, message) : new Error(message);
  }

  private async take(request: http.IncomingMessage): Promise<void> {
    if (request.headers.authorization !== passWord(this.context)) throw new Error('not from this machine');
    const [, kind = '', name = ''] = (request.url ?? '').split('/');
    const receiver = this.receivers.get(kind);
    if (receiver === undefined) throw new Error(`nobody here takes ${kind}`);
    const label = decodeURIComponent(String(request.headers['x-label'] ?? ''));
    request.setTimeout(silenceMs, () => request.destroy());
    await receiver(decodeURIComponent(name), label, request.method === 'DELETE' ? null : request);
  }
}

async function textOf(message: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
