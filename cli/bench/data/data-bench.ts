import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { checkoutRoot } from '../../../scripts/checkout';
import { serverFolder } from './bench-server';
import type { Contender, Tool } from './contender';
import type { Keys } from './keys';
import { timedRun, type Run } from './timed-run';

/** One way of backing up and bringing back, at one size. */
export interface DataFigures {
  readonly dataset: string;
  readonly tool: string;
  /** Of what it has stored. */
  readonly storedMb: number;
  readonly backup: Run;
  /** Until the server answers with everything. */
  readonly restore: Run;
}

/** Ours is run as its users do: each command a process of its own. */
export const ours = 'agente-dr';

/**
 * Times ours and each raw tool over the same server, one after the other, in turns.
 * @param room folder that is there and empty, with room for five times the data
 * @throws AgenteError tool-failed, server-failed
 */
export async function benchData(
  contender: Contender,
  bytes: number,
  { room, keys, runs, note }: { room: string; keys: Keys; runs: number; note: (text: string) => void },
): Promise<DataFigures[]> {
  note(`${contender.dataset}: filling a server with ${(bytes / 1e9).toFixed(1)} GB`);
  const figures: DataFigures[] = [];
  try {
    await contender.prepare(bytes);
    await contender.stop();
    for (let run = 0; run < runs; run += 1) {
      const tools = [ourTool(contender, keys, run + 1), ...contender.tools];
      for (const tool of run % 2 === 0 ? tools : tools.reverse()) {
        await contender.start();
        const figure = await timed(contender, tool, path.join(room, `${contender.dataset}-run`));
        note(`${contender.dataset}, ${tool.title}: ${inWords(figure)}`);
        figures.push(figure);
      }
    }
  } finally {
    await contender.stop();
  }
  return figures;
}

async function timed(contender: Contender, tool: Tool, folder: string): Promise<DataFigures> {
  fs.mkdirSync(folder, { mode: 0o711 });
  try {
    const backup = await inShell(tool.backUp(folder), folder);
    const storedMb = sizeOf(folder) / 1e6;
    await contender.stop();
    contender.wreck();
    const made = await inShell(tool.restore(folder), folder);
    const startedAt = performance.now();
    await contender.start();
    const restore = { ...made, seconds: made.seconds + (performance.now() - startedAt) / 1_000 };
    return { dataset: contender.dataset, tool: tool.title, storedMb, backup, restore };
  } finally {
    // The server still sends its log there.
    await contender.stop();
    fs.rmSync(folder, { recursive: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** A pipe fails with any part of it. */
const inShell = (line: string, cwd: string): Promise<Run> =>
  timedRun('bash', ['-ec', `set -o pipefail; ${line}`], { cwd });

/** Each run is a history of its own: the raw tools have changed the server between two of them. */
function ourTool({ dataset, settings }: Contender, { recipients, identity }: Keys, generation: number): Tool {
  const command = path.join(checkoutRoot(), 'scripts', 'agente-dr');
  const configure = (folder: string): string => {
    const file = path.join(folder, 'settings.yaml');
    const content = {
      ...{ site: 'primary', generation, recipients, identity, datasets: { [dataset]: settings } },
      vault: { folder: serverFolder(path.join(folder, 'vault')) },
      logs: serverFolder(path.join(folder, 'logs')),
      scratch: serverFolder(path.join(folder, 'scratch')),
    };
    fs.writeFileSync(file, stringify(content), { mode: 0o600 });
    return file;
  };
  return {
    title: ours,
    backUp: (folder) => `${command} backup ${dataset} full --settings ${configure(folder)}`,
    restore: (folder) =>
      `${command} restore ${dataset} latest --settings ${path.join(folder, 'settings.yaml')} --confirm primary/${dataset}`,
  };
}

function sizeOf(folder: string): number {
  const names = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + fs.statSync(path.join(parentPath, name)).size, 0);
}

const inWords = ({ backup, restore, storedMb }: DataFigures): string =>
  `backup ${backup.seconds.toFixed(1)} s (${backup.peakMb.toFixed(0)} MB), ${storedMb.toFixed(0)} MB stored; ` +
  `restore ${restore.seconds.toFixed(1)} s (${restore.peakMb.toFixed(0)} MB)`;
