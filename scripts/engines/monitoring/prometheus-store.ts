import { rm } from 'node:fs/promises';
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
    const snapshot = await takeSnapshot(this.settings.url, this.settings.data, work);
    try {
      const census = censusOf(await blocksIn(snapshot.folder), work.now());
      const members = await membersOf(snapshot.folder, inData);
      return { members, census, version: await version(), release: () => snapshot.remove() };
    } catch (error) {
      await snapshot.remove();
      throw error;
    }
  }

  async user(): Promise<string | null> {
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
