import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import type { Census } from '../../catalogue/census';
import type { Damage, OpenedCopy } from '../engine';
import { aofFault, rdbFault } from './checks';
import { commandWords, rowsOf } from './command';
import { exactCensus, keysByDatabase } from './information';
import { changedFiles, readRestored, type Restored } from './sums';
import { ThrowAwayServer } from './throw-away-server';
import { checkFinished } from './unfinished';

/** A restored state in a server that nobody else reaches, with all that had expired since. */
export class OpenedState implements OpenedCopy {
  readonly reached = null;

  private constructor(
    private readonly folder: string,
    private readonly restored: Restored,
    readonly server: ThrowAwayServer,
    private readonly signal: AbortSignal,
  ) {}

  static async open(folder: string, signal: AbortSignal): Promise<OpenedState> {
    checkFinished(folder);
    const restored = await readRestored(folder);
    const server = await ThrowAwayServer.start({
      data: folder,
      names: restored.names,
      appendOnly: true,
      asReplica: true,
      signal,
    });
    return new OpenedState(folder, restored, server, signal);
  }

  async census(): Promise<Census> {
    return exactCensus(keysByDatabase(await this.server.information('keyspace')), new Date());
  }

  async check(): Promise<Damage[]> {
    const { names } = this.restored;
    const damages = await changedFiles(this.folder, this.restored);
    const dump = await rdbFault(path.join(this.folder, names.dump), this.signal);
    if (dump !== null) damages.push({ what: names.dump, fact: dump });
    const appended = await aofFault(this.folder, names, this.signal);
    if (appended !== null) damages.push({ what: names.appendFolder, fact: appended });
    const known = Object.keys(this.restored.sums);
    const strangers = (await readdir(path.join(this.folder, names.appendFolder)))
      .map((name) => path.join(names.appendFolder, name))
      .filter((name) => !known.includes(name));
    return [...damages, ...strangers.map((what) => ({ what, fact: 'the restore did not make it' }))];
  }

  async query(text: string): Promise<Record<string, unknown>[]> {
    return rowsOf(await this.server.client.sendCommand(commandWords(text)));
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
