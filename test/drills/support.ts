import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { drillResultSchema, type DrillResult } from '../../recovery/drill-result';

const command = path.resolve(__dirname, '../../bin/agente-dr.js');

export interface DrillRun {
  readonly pid: number;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Folder of the results. */
  readonly results: string;
}

export interface StartedDrill {
  readonly pid: number;
  readonly results: string;
  /** Everything written to stderr so far. */
  readonly stderr: () => string;
  readonly ended: Promise<DrillRun>;
}

/** Starts the real command; results go to a folder of the test. */
export function startDrill(...flags: string[]): StartedDrill {
  const results = fs.mkdtempSync(path.join(os.tmpdir(), 'drill-results-'));
  const child = spawn(process.execPath, [command, 'drill', 'run', 'region-loss', '--results', results, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const pid = child.pid ?? 0;
  const ended = new Promise<DrillRun>((resolve) => {
    child.once('close', (code) => {
      resolve({ pid, code, stdout, stderr, results });
    });
  });
  return { pid, results, stderr: () => stderr, ended };
}

/** @throws ZodError or AssertionError with the drill's own words when it printed no result. */
export function resultOf(run: DrillRun): DrillResult {
  if (run.stdout === '') throw new Error(`the drill printed no result:\n${run.stderr}`);
  return drillResultSchema.parse(JSON.parse(run.stdout));
}
