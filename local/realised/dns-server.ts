import * as dgram from 'node:dgram';
import * as net from 'node:net';
import * as packet from 'dns-packet';

/** A question's answers; `authoritative` false means that this server knows nothing about the name. */
export interface DnsAnswer {
  readonly authoritative: boolean;
  /** Whether anything stands under the name, also of another type. */
  readonly exists: boolean;
  readonly answers: packet.Answer[];
  readonly authorities: packet.Answer[];
}

export type AnswerQuestion = (question: packet.Question, from: string) => DnsAnswer;

/** Response codes of RFC 1035, as dns-packet wants them: in the low bits of the flags. */
const responseCode = { ok: 0, nameError: 3, refused: 5 } as const;

function respond(query: packet.Packet, answerQuestion: AnswerQuestion, from: string): packet.Packet | null {
  const question = query.questions?.[0];
  if (query.type !== 'query' || question === undefined) return null;
  const answer = answerQuestion(question, from);
  const code = !answer.authoritative ? responseCode.refused : answer.exists ? responseCode.ok : responseCode.nameError;
  const recursionDesired = (query.flags ?? 0) & packet.RECURSION_DESIRED;
  return {
    type: 'response',
    ...(query.id === undefined ? {} : { id: query.id }),
    flags: (answer.authoritative ? packet.AUTHORITATIVE_ANSWER : 0) | recursionDesired | code,
    questions: [question],
    answers: answer.answers,
    authorities: answer.authorities,
  };
}

/** Answers questions over UDP and TCP on one address and port. */
export class DnsServer {
  private readonly udp = dgram.createSocket('udp4');
  private readonly tcp: net.Server;
  private readonly connections = new Set<net.Socket>();

  constructor(private readonly answerQuestion: AnswerQuestion) {
    this.tcp = net.createServer((connection) => {
      this.serve(connection);
    });
    this.udp.on('message', (message, { address, port }) => {
      const response = this.answerTo(message, address);
      if (response !== null) this.udp.send(packet.encode(response), port, address);
    });
  }

  /** @throws Error when the port is taken. */
  async listen(host: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.udp.once('error', reject).bind(port, host, resolve);
    });
    await new Promise<void>((resolve, reject) => {
      this.tcp.once('error', reject).listen(port, host, resolve);
    });
    // From here on a failed send concerns one client only.
    this.udp.removeAllListeners('error').on('error', () => undefined);
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    await new Promise<void>((resolve) => {
      this.tcp.close(() => {
        this.udp.close(resolve);
      });
    });
  }

  /** What cannot be read gets no answer. */
  private answerTo(message: Buffer, from: string): packet.Packet | null {
    try {
      return respond(packet.decode(message), this.answerQuestion, from);
    } catch {
      return null;
    }
  }

  private serve(connection: net.Socket): void {
    let received = Buffer.alloc(0);
    this.connections.add(connection);
    connection.setTimeout(5_000, () => connection.destroy());
    connection.on('error', () => undefined).on('close', () => this.connections.delete(connection));
    connection.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const response = this.answerTo(received.subarray(2, end), connection.remoteAddress ?? '');
        received = received.subarray(end);
        if (response !== null) connection.write(withLength(packet.encode(response)));
      }
    });
  }
}

/** Over TCP a message follows its length. */
function withLength(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
