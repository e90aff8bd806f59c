import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

type Bytes = string | ArrayBuffer | ArrayBufferView;

/** Node's own SHA-256, as the signer wants it: with a secret an HMAC. */
class Sha256 {
  private readonly hash: ReturnType<typeof createHash | typeof createHmac>;

  constructor(secret?: Bytes) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(content: Bytes): void {
    this.hash.update(bytesOf(content));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }
}

function bytesOf(content: Bytes): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  return ArrayBuffer.isView(content)
    ? new Uint8Array(content.buffer, content.byteOffset, content.byteLength)
    : new Uint8Array(content);
}

/** AWS takes a request for as long after it was signed. */
const freshForMs = 15 * 60_000;

export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: string;
}

/** Whether whoever sent this holds the key: it is signed anew over what it says was signed, and compared. */
export async function isSignedBy(request: IncomingMessage, body: string, signer: Signer): Promise<boolean> {
  const { authorization = '', host = '' } = request.headers;
  const [, accessKeyId, names] = /Credential=([^/]+)\/.*SignedHeaders=([^,\s]+)/.exec(authorization) ?? [];
  const signedAt = instantOf(request.headers['x-amz-date']);
  if (accessKeyId !== signer.accessKeyId || names === undefined || signedAt === null) return false;
  if (Math.abs(Date.now() - signedAt.getTime()) > freshForMs) return false;
  const headers = Object.fromEntries(names.split(';').map((name) => [name, String(request.headers[name] ?? '')]));
  const told = headers['x-amz-content-sha256'];
  if (told !== undefined && told !== createHash('sha256').update(body).digest('hex')) return false;
  const ours = await new SignatureV4({
    ...signer,
    sha256: Sha256,
    credentials: signer,
    applyChecksum: told !== undefined,
  }).sign(
    { method: request.method ?? '', protocol: 'https:', hostname: host, path: request.url ?? '/', headers, body },
    { signingDate: signedAt },
  );
  return equal(ours.headers['authorization'] ?? '', authorization);
}

/** `20261128T091500Z`, as AWS writes it. */
function instantOf(text: string | string[] | undefined): Date | null {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(text)) ?? [];
  const [year = 0, month = 1, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  return parts.length === 0 ? null : new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

const equal = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
