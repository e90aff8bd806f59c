import { fileOf, openSealed } from '../../archive/sealed';
import type { Manifest } from '../../catalogue/manifest';
import type { Work } from '../engine';
import { importKeys } from './key-import';
import { decodeKeys } from './key-records';
import type { FileNames } from './live-server';
import { storedNames } from './stored-names';
import { ThrowAwayServer } from './throw-away-server';

/**
 * Makes a dump of exported keys. A replica that takes writes keeps also what has ended since the export, so
 * that it can be counted; with its own clean-up off.
 */
export async function fetchKeys(point: Manifest, place: string, names: FileNames, work: Work): Promise<void> {
  const { signal } = work;
  const server = await ThrowAwayServer.start({ data: place, names, appendOnly: false, asReplica: true, signal });
  const step = work.progress.begin(`fetching ${point.id}`, point.size.data);
  try {
    await server.client.sendCommand(['CONFIG', 'SET', 'replica-read-only', 'no']);
    await server.client.sendCommand(['DEBUG', 'SET-ACTIVE-EXPIRE', '0']);
    const content = openSealed(work, point, fileOf(point, storedNames.keys));
    await importKeys(
      decodeKeys(content as AsyncIterable<Buffer>),
      () => server.client,
      signal,
      (bytes) => step.advance(bytes),
    );
    await server.client.sendCommand(['SAVE']);
  } finally {
    step.end();
    await server.close();
  }
}
