import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import type { Monitoring } from '../../settings/datasets';
import type { Damage, Work } from '../engine';
import { countOf } from '../points/restored-files';
import { serverIn } from '../points/server-users';
import { copyDatabase, databaseCounts, databaseFaults, databaseQuery } from './database-copy';
import { bytesOfFolder, membersOf } from './folder-members';
import { inData, type Collected, type MonitoringStore } from './store';

const database = 'grafana.db';
/** What Grafana makes anew: pictures, exports, its own log; and the database's companions, which the copy needs not. */
const remade = /^(?:grafana\.db.*|png|csv|pdf|log|.*\.log)$/;

export class GrafanaStore implements MonitoringStore {
  readonly method = 'grafana';
  readonly programs = /^grafana(-server)?$/;

  constructor(private readonly settings: Extract<Monitoring, { kind: 'grafana' }>) {}

  bytes(): Promise<number> {
    return bytesOfFolder(this.settings.data);
  }

  async collect(work: Work): Promise<Collected> {
    const { data } = this.settings;
    const file = path.join(data, database);
    if (!fs.existsSync(file)) {
      const hint = 'Correct data of this dataset in the settings.';
      throw new AgenteError('source-damaged', `${file} is not there`, hint);
    }
    const copy = path.join(work.folder, `grafana-${String(process.pid)}-${String(work.now().getTime())}.db`);
    const release = async (): Promise<void> => fs.promises.rm(copy, { force: true });
    try {
      const at = work.now();
      const { counts, exact } = await copyDatabase(file, copy, work.signal);
      const others = await membersOf(data, inData, (name) => !remade.test(name));
      const member = { name: `${inData}/${database}`, mode: 0o640, content: { kind: 'file' as const, path: copy } };
      return { members: [member, ...others], census: exact ? countOf(counts, at) : null, version: 'unknown', release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  user(): Promise<string | null> {
    return serverIn(this.settings.data, this.programs);
  }

  open(data: string, work: Work) {
    const file = path.join(data, database);
    return Promise.resolve({
      census: async () => countOf(await databaseCounts(file, work.signal), new Date()),
      check: async (): Promise<Damage[]> =>
        (await databaseFaults(file, work.signal)).map((fact) => ({ what: database, fact })),
      query: (text: string) => databaseQuery(file, text, work.signal),
      close: () => Promise.resolve(),
    });
  }
}
