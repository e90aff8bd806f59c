import { createSocket, type Socket } from 'node:dgram';
import { decode, encode } from 'dns-packet';

export interface Answer {
  readonly address: string;
  readonly ttlMs: number;
}

const answerTimeoutMs = 2_000;

/** Asks one name server over UDP. One socket serves all guests; each guest keeps its own answers. */
export class NameServer {
  private readonly socket: Socket = createSocket('udp4');
  private readonly waiting = new Map<number, (answer: Answer | null) => void>();
  private lastId = Math.floor(Math.random() * 65_536);

  constructor(
    private readonly address: string,
    private readonly port: number,
  ) {
    this.socket.unref();
    this.socket.on('message', (message) => {
      this.receive(message);
    });
    // An unreachable server is noticed by the timeout of the question.
    this.socket.on('error', () => undefined);
  }

  /** The first address of the name and how long it may be kept; null when there is no answer in 2 s. */
  ask(name: string): Promise<Answer | null> {
    this.lastId = (this.lastId + 1) % 65_536;
    const id = this.lastId;
    const question = encode({ type: 'query', id, flags: 0x0100, questions: [{ type: 'A', name }] });
    return new Promise((resolve) => {
      const settle = (answer: Answer | null): void => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(() => {
        settle(null);
      }, answerTimeoutMs);
      this.waiting.set(id, settle);
      this.socket.send(question, this.port, this.address, (error) => {
        if (error !== null) settle(null);
      });
    });
  }

  close(): void {
    this.socket.close();
  }

  private receive(message: Buffer): void {
    const packet = decode(message);
    const settle = this.waiting.get(packet.id ?? -1);
    if (settle === undefined) return;
    const record = packet.answers?.find((answer) => answer.type === 'A');
    settle(record?.type === 'A' ? { address: record.data, ttlMs: (record.ttl ?? 0) * 1_000 } : null);
  }
}

/**
 * A guest's own cache of one name: an answer is used until its TTL ends, also while the address does
 * not answer, because that is what operating systems and browsers do.
 */
export class GuestResolver {
  private cached: { readonly address: string; readonly until: number } | null = null;
  private asked = false;

  constructor(
    private readonly server: Pick<NameServer, 'ask'>,
    private readonly name: string,
    private readonly now: () => number = Date.now,
    private readonly random: () => number = Math.random,
  ) {}

  /** @returns the address, or null when it is unknown and the server is silent. */
  async resolve(): Promise<string | null> {
    if (this.cached !== null && this.now() < this.cached.until) return this.cached.address;
    const answer = await this.server.ask(this.name);
    if (answer === null) {
      this.cached = null;
      return null;
    }
    // The first answer is as old as answers out of a provider's resolver are: without this all guests
    // would ask again in the same second, and the luck of that second would decide the RTO.
    const left = this.asked ? 1 : this.random();
    this.asked = true;
    this.cached = { address: answer.address, until: this.now() + answer.ttlMs * left };
    return answer.address;
  }
}
