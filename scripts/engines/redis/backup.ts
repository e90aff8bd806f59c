import * as os from 'node:os';
import { Readable } from 'node:stream';
import { AgenteError } from '../../../recovery/errors';
import { bytesOf } from '../../archive/open-file';
import { storeSealed } from '../../archive/sealed';
import { tarOf } from '../../archive/tar-out';
import type { Census } from '../../catalogue/census';
import type { ProgressStep } from '../../progress/progress';
import type { RedisServer } from '../../settings/datasets';
import type { TakenPoint, Work } from '../engine';
import { close, openAppendOnly, type AppendOnlyCopy } from './append-only-copy';
import { manifestText } from './append-only-manifest';
import { rdbFault } from './checks';
import { CommandCheck } from './command-check';
import { withConnection, type RedisConnection } from './connection';
import { exactCensus } from './information';
import { checkSame, fileNames, identityName, information, serverVersionOf, type FileNames } from './live-server';
import { takeSnapshot } from './rdb-snapshot';
import { storedNames } from './stored-names';

type Taken = Promise<{ point: TakenPoint; census: Census }>;

async function* counted(chunks: AsyncIterable<Buffer>, step: ProgressStep): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    step.advance(chunk.length);
    yield chunk;
  }
}

/** The whole state, as the server's own snapshot of one instant. */
export function backUpSnapshot(id: string, settings: RedisServer, work: Work): Taken {
  return withConnection(settings, async (client) => {
    await checkSame(client, settings);
    const names = await fileNames(client);
    const snapshot = await takeSnapshot(client, settings, names, work);
    try {
      const { handle, size } = snapshot;
      const step = work.progress.begin(`storing ${names.dump}`, size);
      // Read twice, at once: what is stored is what was found good, for the file has no other writer.
      const check = rdbFault(`/proc/${String(process.pid)}/fd/${String(handle.fd)}`, work.signal);
      check.catch(() => undefined);
      const stored = await storeSealed(
        work,
        id,
        storedNames.rdb,
        Readable.from(counted(bytesOf(handle, size, work.signal), step), { objectMode: false }),
      );
      step.end();
      const fault = await check;
      if (fault !== null) throw damagedSource(names.dump, fault);
      return await taken(client, settings, work, {
        method: 'rdb',
        kind: 'full',
        names,
        at: snapshot.at,
        counts: snapshot.counts,
        offset: snapshot.offset,
        files: [stored],
        data: size,
      });
    } finally {
      await snapshot.handle.close();
    }
  });
}

/** The append-only file up to one instant: its base and its log. It stands alone, like a full one. */
export function backUpAppendOnly(id: string, settings: RedisServer, work: Work): Taken {
  return withConnection(settings, async (client) => {
    await checkSame(client, settings);
    const names = await fileNames(client);
    const copy = await openAppendOnly(client, settings, names, work);
    try {
      await checkParts(copy, work);
      const data = copy.parts.reduce((sum, { size }) => sum + size, 0);
      const step = work.progress.begin(`storing ${names.appendFolder}`, data);
      const manifest = Buffer.from(manifestText(copy.parts));
      const archive = tarOf(
        [
          { name: `${names.appendFile}.manifest`, mode: 0o600, content: { kind: 'bytes', bytes: manifest } },
          ...copy.parts.map(({ name, handle, size }) => ({
            name,
            mode: 0o600,
            content: { kind: 'opened' as const, handle, size },
          })),
        ],
        { signal: work.signal, onBytes: (bytes) => step.advance(bytes) },
      );
      const stored = await storeSealed(work, id, storedNames.aof, archive);
      step.end();
      return await taken(client, settings, work, {
        method: 'aof',
        kind: 'incremental',
        names,
        at: copy.at,
        counts: copy.counts,
        offset: copy.offset,
        files: [stored],
        data,
      });
    } finally {
      await close(copy.parts);
    }
  });
}

/** @throws AgenteError source-damaged for a log that is not made of whole commands, or a base that is no RDB file. */
async function checkParts({ parts }: AppendOnlyCopy, work: Work): Promise<void> {
  for (const { name, handle, size } of parts) {
    if (size === 0) continue;
    if (name.endsWith('.rdb')) {
      const fault = await rdbFault(`/proc/${String(process.pid)}/fd/${String(handle.fd)}`, work.signal);
      if (fault !== null) throw damagedSource(name, fault);
      continue;
    }
    const check = new CommandCheck();
    for await (const chunk of bytesOf(handle, size, work.signal)) check.push(chunk);
    if (check.brokenAt !== null) throw damagedSource(name, `no command at byte ${String(check.brokenAt)}`);
    if (!check.isWhole) throw damagedSource(name, 'it ends in the middle of a command');
  }
}

function damagedSource(name: string, fact: string): AgenteError {
  return new AgenteError(
    'source-damaged',
    `${name} of the running server is damaged: ${fact}`,
    'Its memory is whole still: send BGREWRITEAOF or BGSAVE, check the disk, then run the command again.',
  );
}

interface Facts {
  readonly method: 'rdb' | 'aof';
  readonly kind: 'full' | 'incremental';
  readonly names: FileNames;
  readonly at: Date;
  readonly counts: ReadonlyMap<string, number>;
  readonly offset: string;
  readonly files: TakenPoint['files'];
  readonly data: number;
}

async function taken(client: RedisConnection, settings: RedisServer, work: Work, facts: Facts): Taken {
  const { names, at, data, files } = facts;
  const serverVersion = serverVersionOf(await information(client, 'server'));
  const instant = at.toISOString();
  const point: TakenPoint = {
    method: facts.method,
    kind: facts.kind,
    parent: null,
    source: { identity: identityName(settings), host: os.hostname(), serverVersion },
    positions: { replicationOffset: facts.offset, ...names },
    restorable: { from: instant, to: instant },
    files,
    size: { data, stored: files.reduce((sum, { size }) => sum + size, 0) },
    tools: { redis: serverVersion },
    encryption: { method: work.encryption.method, keys: [...work.encryption.recipients] },
  };
  return { point, census: exactCensus(facts.counts, at) };
}
