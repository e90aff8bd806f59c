import { z } from 'zod';
import { ApiError } from '../web/api-error';
import type { Handler, Route } from '../web/json-router';
import type { Gate } from './gate';
import type { Message, Outbox } from './outbox';

/** What the service answers from. */
export interface Desk {
  readonly outbox: Outbox;
  readonly gate: Gate;
}

const message = z.strictObject({
  reference: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, '1 to 100 of A-Z a-z 0-9 . _ -'),
  to: z.string().regex(/^\+[1-9]\d{6,14}$/, 'a telephone number with + and country'),
  text: z.string().trim().min(1).max(1_000),
});

/** The calls of the service. */
export function routes({ outbox, gate }: Desk, site: string): readonly Route[] {
  const live: Handler = () => Promise.resolve({ status: 200, body: { status: 'live', site } });
  const ready: Handler = async () => {
    try {
      await outbox.check();
      return { status: 200, body: { status: 'ready', database: 'ok', outbox: await gate.state(), site } };
    } catch {
      return { status: 503, body: { status: 'not-ready', database: 'down', site } };
    }
  };
  // A message is accepted also while the outbox is held: it waits.
  const take: Handler = async (body) => {
    const wanted = parseMessage(body);
    await orUnavailable(outbox.put(wanted));
    return { status: 202, body: { reference: wanted.reference, outbox: await gate.state() } };
  };
  const read: Handler = async (_body, reference) => {
    const sentAt = await orUnavailable(outbox.sentAt(reference));
    if (sentAt === undefined) throw new ApiError('not-found', `no message ${reference}`, 'send it first');
    return { status: 200, body: { reference, sent_at: sentAt?.toISOString() ?? null } };
  };
  return [
    { method: 'GET', path: /^\/health\/live$/, handle: live },
    { method: 'GET', path: /^\/health\/ready$/, handle: ready },
    { method: 'POST', path: /^\/api\/v1\/whatsapp\/messages$/, handle: take },
    { method: 'GET', path: /^\/api\/v1\/whatsapp\/messages\/([A-Za-z0-9._-]+)$/, handle: read },
  ];
}

/** @throws ApiError invalid-request naming every field that is wrong. */
function parseMessage(body: string): Message {
  const parsed = message.safeParse(parsedJson(body));
  if (parsed.success) {
    const { reference, to, text } = parsed.data;
    return { reference, recipient: to, body: text };
  }
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new ApiError('invalid-request', faults.join('; '), 'correct the named fields');
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function orUnavailable<T>(work: Promise<T>): Promise<T> {
  return work.catch((cause: unknown) => {
    throw new ApiError('database-unavailable', 'the database does not answer or takes no writes', 'send it again', {
      cause,
    });
  });
}
