import * as fs from 'node:fs';
import { createClient, RESP_TYPES } from '@redis/client';
import { AgenteError } from '../../../recovery/errors';
import { duration } from '../../../recovery/duration';

/** Where a server answers: on the network or on a socket of its own machine. */
export type RedisDoor =
  | { readonly socket: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly passwordFile: string | null;
      readonly ca?: string | null | undefined;
    };

const connectTimeout = duration('5s');

/** @throws AgenteError config-invalid when the file with the password cannot be read. */
export function passwordIn(file: string | null): string | null {
  if (file === null) return null;
  try {
    return fs.readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new AgenteError('config-invalid', `cannot read the password file ${file}`, 'Mend its path or its rights.', {
      cause: error,
    });
  }
}

/** TLS wherever an authority is named; null is the system's own. */
function socketOptions(door: RedisDoor) {
  const once = { connectTimeout: connectTimeout.ms, reconnectStrategy: false as const };
  if ('socket' in door) return { path: door.socket, ...once };
  const { host, port, ca } = door;
  if (ca === undefined) return { host, port, ...once };
  return { host, port, tls: true as const, ...(ca === null ? {} : { ca: fs.readFileSync(ca, 'utf8') }), ...once };
}

/**
 * A connection that never comes back by itself: a backup that goes on with another server than it began
 * with is none. @throws AgenteError server-failed or permission-denied.
 */
export async function connect(door: RedisDoor) {
  const password = 'socket' in door ? null : passwordIn(door.passwordFile);
  const client = createClient({
    socket: socketOptions(door),
    RESP: 2,
    disableOfflineQueue: true,
    ...(password === null ? {} : { password }),
  });
  // What fails is told by the command that meets it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return client;
  } catch (error) {
    if (client.isOpen) client.destroy();
    throw connectionFailure(door, error);
  }
}

export type RedisConnection = Awaited<ReturnType<typeof connect>>;

/** The same connection, whose strings are bytes: keys and values need not be text. */
export const inBytes = (client: RedisConnection) =>
  client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.SIMPLE_STRING]: String });

export type ByteConnection = ReturnType<typeof inBytes>;

export async function withConnection<T>(door: RedisDoor, work: (client: RedisConnection) => Promise<T>): Promise<T> {
  const client = await connect(door);
  try {
    return await work(client);
  } catch (error) {
    throw commandFailure(door, error);
  } finally {
    if (client.isOpen) client.destroy();
  }
}

export const nameOf = (door: RedisDoor): string =>
  'socket' in door ? door.socket : `${door.host}:${String(door.port)}`;

function connectionFailure(door: RedisDoor, error: unknown): Error {
  const said = error instanceof Error ? error.message : String(error);
  // What it says of a password is not repeated: it may be part of it.
  if (/WRONGPASS|NOAUTH|invalid password|called without any password/i.test(said)) {
    return new AgenteError(
      'permission-denied',
      `redis ${nameOf(door)} does not take the password`,
      'Put the right one into the password file of this dataset.',
    );
  }
  return new AgenteError(
    'server-failed',
    `redis ${nameOf(door)} does not answer: ${said}`,
    'Start it, or correct host and port in the settings.',
    { cause: error },
  );
}

export function commandFailure(door: RedisDoor, error: unknown): Error {
  if (error instanceof AgenteError || !(error instanceof Error)) return error as Error;
  const said = error.message;
  if (/^(NOPERM|NOAUTH|WRONGPASS)|unknown command/.test(said)) {
    const hint = 'The backup needs INFO, CONFIG GET, BGSAVE and CLIENT PAUSE, or SCAN and DUMP where it has no files.';
    return new AgenteError('permission-denied', `redis ${nameOf(door)}: ${said}`, hint);
  }
  if (error.name === 'AbortError') {
    return new AgenteError('cancelled', 'the backup was stopped', 'Run the command again.', { cause: error });
  }
  if (/socket closed|client is closed|ECONNRESET|EPIPE|disconnect/i.test(`${error.name} ${said}`)) {
    const hint = 'Look at its log; run the command again when it is back.';
    return new AgenteError('server-failed', `redis ${nameOf(door)} went away: ${said}`, hint, { cause: error });
  }
  return error;
}
