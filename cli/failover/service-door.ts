import * as https from 'node:https';
import { duration, type Duration } from '../../recovery/duration';

export interface Reply {
  readonly status: number;
  /** The parsed body; null when it is no JSON. */
  readonly body: unknown;
}

export interface Request {
  readonly address: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly patience?: Duration;
}

const defaultPatience = duration('3s');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * The hotel's API behind one address: connects there, but asks for the public name, as a guest would
 * whom DNS has sent there. The certificate must be for that name.
 */
export class ServiceDoor {
  constructor(
    readonly domain: string,
    readonly port: number,
  ) {}

  /** @throws Error when nobody answers in time. */
  ask(request: Request): Promise<Reply> {
    const payload = request.body === undefined ? '' : JSON.stringify(request.body);
    const patience = request.patience ?? defaultPatience;
    return new Promise((resolve, reject) => {
      const asked = https.request(
        {
          host: request.address,
          port: this.port,
          servername: this.domain,
          method: request.method,
          path: request.path,
          headers: {
            host: `${this.domain}:${String(this.port)}`,
            ...(payload === ''
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          },
          // Each request makes its own way: a connection that is kept would still lead to the old region.
          agent: false,
          signal: AbortSignal.timeout(patience.ms),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) });
          });
        },
      );
      asked.once('error', reject);
      asked.end(payload);
    });
  }
}
