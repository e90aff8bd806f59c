import { readFile } from 'node:fs/promises';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseDocument } from 'yaml';
import { AgenteError } from '../../../recovery/errors';
import type { Census } from '../../catalogue/census';
import { run } from '../../programs/run';
import { findProgram } from '../../programs/server-programs';
import type { Monitoring } from '../../settings/datasets';
import type { Damage, Work } from '../engine';
import { filesAt } from '../points/files-at';
import { countOf } from '../points/restored-files';
import { serverIn } from '../points/server-users';
import { entriesIn } from './delimited-entries';
import { bytesOfFolder, membersOf } from './folder-members';
import { inConfiguration, inData, type Collected, type MonitoringStore } from './store';

/**
 * What it has told already, and what it was told to keep silent. It writes them every quarter of an hour, and
 * puts them in place by rename, so they are never half.
 */
const logs = ['nflog', 'silences'] as const;

export class AlertmanagerStore implements MonitoringStore {
  readonly method = 'alertmanager';
  readonly programs = /^(prometheus-)?alertmanager$/;

  constructor(private readonly settings: Extract<Monitoring, { kind: 'alertmanager' }>) {}

  bytes(): Promise<number> {
    return bytesOfFolder(this.settings.data);
  }

  async collect(work: Work): Promise<Collected> {
    const { data, configuration = [] } = this.settings;
    if (!fs.existsSync(data)) {
      throw new AgenteError('source-damaged', `${data} is not there`, 'Correct data of this dataset in the settings.');
    }
    const read = await Promise.all(
      logs.map(async (name) => ({ name, bytes: await readFile(path.join(data, name)).catch(() => null) })),
    );
    const there = read.flatMap(({ name, bytes }) => (bytes === null ? [] : [{ name, bytes }]));
    for (const { name, bytes } of there) {
      if (entriesIn(bytes) !== null) continue;
      const hint = 'Restart Alertmanager, which writes it anew from memory.';
      throw new AgenteError('source-damaged', `${path.join(data, name)} does not hold whole entries`, hint);
    }
    for (const { real } of await filesAt(configuration)) {
      const fault = /\.ya?ml$/.test(real) ? await configurationFault(real, work.signal) : null;
      if (fault !== null) throw new AgenteError('source-damaged', `${real}: ${fault}`, 'Mend it: it would not start.');
    }
    const others = await membersOf(
      data,
      inData,
      (name) => !logs.some((log) => name === log || name.startsWith(`${log}.`)),
    );
    return {
      members: [
        ...there.map(({ name, bytes }) => ({
          name: `${inData}/${name}`,
          mode: 0o600,
          content: { kind: 'bytes' as const, bytes },
        })),
        ...others,
      ],
      census: censusOf(new Map(there.map(({ name, bytes }) => [name, bytes])), work.now()),
      version: await version(),
      release: () => Promise.resolve(),
    };
  }

  user(): Promise<string | null> {
    return serverIn(this.settings.data, this.programs);
  }

  async open(data: string, work: Work) {
    const read = new Map<string, Buffer>();
    for (const name of logs.filter((each) => fs.existsSync(path.join(data, each)))) {
      read.set(name, await readFile(path.join(data, name)));
    }
    const configuration = path.join(path.dirname(data), inConfiguration);
    return {
      census: () => Promise.resolve(censusOf(read, new Date())),
      check: async (): Promise<Damage[]> => {
        const damages = [...read].flatMap(([what, bytes]) =>
          entriesIn(bytes) === null ? [{ what, fact: 'it does not hold whole entries' }] : [],
        );
        const files = fs.existsSync(configuration) ? await filesAt([configuration]) : [];
        for (const { path: file } of files.filter((each) => /\.ya?ml$/.test(each.path))) {
          const fault = await configurationFault(file, work.signal);
          if (fault !== null) damages.push({ what: path.relative(configuration, file), fact: fault });
        }
        return damages;
      },
      query: () => Promise.resolve([...read].map(([name, bytes]) => ({ name, entries: entriesIn(bytes) }))),
      close: () => Promise.resolve(),
    };
  }
}

function censusOf(read: ReadonlyMap<string, Buffer>, at: Date): Census {
  return countOf(Object.fromEntries([...read].map(([name, bytes]) => [name, entriesIn(bytes) ?? 0])), at);
}

/** amtool knows best; where it is not installed the file must at least be YAML. */
async function configurationFault(file: string, signal: AbortSignal): Promise<string | null> {
  const tool = found('amtool');
  if (tool !== null && path.basename(file).startsWith('alertmanager')) {
    const { exitCode, stdout, stderr } = await run(tool, ['check-config', file], { signal, expect: [1] });
    return exitCode === 0 ? null : (/error: (.*)/.exec(stderr + stdout)?.[1] ?? 'amtool refuses it');
  }
  const [error] = parseDocument(await readFile(file, 'utf8')).errors;
  return error === undefined ? null : (error.message.split('\n')[0] ?? 'it is no YAML');
}

function found(program: string): string | null {
  try {
    return findProgram(program);
  } catch {
    return null;
  }
}

async function version(): Promise<string> {
  const program = found('prometheus-alertmanager') ?? found('alertmanager');
  if (program === null) return 'unknown';
  const { stdout, stderr } = await run(program, ['--version']);
  return /version (\S+)/.exec(stdout + stderr)?.[1]?.replace(/,$/, '') ?? 'unknown';
}
