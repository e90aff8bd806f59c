import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import { run } from '../../programs/run';
import { findProgram } from '../../programs/server-programs';
import type { Monitoring } from '../../settings/datasets';
import type { Work } from '../engine';
import { answers, serverIn } from '../points/server-users';
import { blocksIn, censusOf } from './blocks';
import { bytesOfFolder, membersOf } from './folder-members';
import { PrometheusCopy } from './prometheus-copy';
import { takeSnapshot } from './prometheus-snapshot';
import { inData, type Collected, type MonitoringStore } from './store';

export class PrometheusStore implements MonitoringStore {
  readonly method = 'prometheus';
  readonly programs = /^prometheus$/;

  constructor(private readonly settings: Extract<Monitoring, { kind: 'prometheus' }>) {}

  bytes(): Promise<number> {
    return bytesOfFolder(this.settings.data);
  }

  async collect(work: Work): Promise<Collected> {
    const { url, data } = this.settings;
    if (url === null) return this.finished(work);
    const snapshot = await takeSnapshot(url, data, work);
    try {
      const census = censusOf(await blocksIn(snapshot.folder), work.now());
      const members = await membersOf(snapshot.folder, inData);
      return { members, census, version: await version(), release: () => snapshot.remove() };
    } catch (error) {
      await snapshot.remove();
      throw error;
    }
  }

  /** A block is never written again once it has its name; one that is merged away while it is read fails the run. */
  private async finished(work: Work): Promise<Collected> {
    const { data } = this.settings;
    const blocks = await blocksIn(data);
    const names = new Set(blocks.map(({ ulid }) => ulid));
    const members = await membersOf(data, inData, (name) => names.has(name.split(path.sep)[0] ?? ''));
    const census = censusOf(blocks, work.now());
    return { members, census, version: await version(), release: () => Promise.resolve() };
  }

  async user(): Promise<string | null> {
    if (this.settings.url === null) return serverIn(this.settings.data, this.programs);
    const { hostname, port, protocol } = new URL(this.settings.url);
    const listens = await answers(hostname, Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port));
    return listens ? `something answers at ${this.settings.url}` : serverIn(this.settings.data, this.programs);
  }

  async open(data: string, work: Work) {
    // Left by a run that was killed while it looked.
    await rm(`${data}.opened`, { recursive: true, force: true });
    return PrometheusCopy.open(data, `${data}.opened`, work.signal);
  }
}

async function version(): Promise<string> {
  const { stdout, stderr } = await run(findProgram('promtool'), ['--version']);
  return /version (\S+)/.exec(stdout + stderr)?.[1]?.replace(/,$/, '') ?? 'unknown';
}
