import * as fs from 'node:fs';
import * as os from 'node:os';
import { AgenteError } from '../../../recovery/errors';
import type { RedisServer } from '../../settings/datasets';
import type { SourceIdentity } from '../engine';
import type { RedisConnection } from './connection';
import { numberIn, parseInformation, type Information } from './information';

/** How a server names its files. */
export interface FileNames {
  readonly dump: string;
  readonly appendFolder: string;
  readonly appendFile: string;
}

export async function information(client: RedisConnection, section: string): Promise<Information> {
  return parseInformation(await client.info(section));
}

async function configured(client: RedisConnection, name: string): Promise<string> {
  const [, value] = (await client.sendCommand(['CONFIG', 'GET', name])) as unknown as [string, string];
  return value;
}

export async function fileNames(client: RedisConnection): Promise<FileNames> {
  return {
    dump: await configured(client, 'dbfilename'),
    appendFolder: await configured(client, 'appenddirname'),
    appendFile: await configured(client, 'appendfilename'),
  };
}

/**
 * The settings name a server twice, by its port and by its folder. @throws AgenteError target-wrong when these
 * are two servers: what is counted on one and copied from the other proves nothing.
 */
export async function checkSame(client: RedisConnection, settings: RedisServer): Promise<void> {
  const folder = await configured(client, 'dir');
  const [asked, told] = [realOf(settings.data), realOf(folder)];
  if (asked !== null && asked === told) return;
  throw new AgenteError(
    'target-wrong',
    `redis ${settings.host}:${String(settings.port)} keeps its files in ${folder}, not in ${settings.data}`,
    'Correct data, host or port of this dataset in the settings.',
  );
}

function realOf(folder: string): string | null {
  try {
    return fs.realpathSync(folder);
  } catch {
    return null;
  }
}

export const serverVersionOf = (server: Information): string =>
  server.get('valkey_version') ?? server.get('redis_version') ?? 'unknown';

/** No id of Redis outlives a restart, so a server is named by where it lives. */
export const identityName = ({ port, data }: RedisServer): string => `redis://${os.hostname()}:${String(port)}${data}`;

export async function identifyServer(client: RedisConnection, settings: RedisServer): Promise<SourceIdentity> {
  await checkSame(client, settings);
  const memory = await information(client, 'memory');
  const [seconds = '0', micros = '0'] = (await client.sendCommand(['TIME'])) as unknown as string[];
  return {
    identity: identityName(settings),
    timeline: 0,
    clock: new Date(Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000)),
    bytes: numberIn(memory, 'used_memory'),
  };
}
