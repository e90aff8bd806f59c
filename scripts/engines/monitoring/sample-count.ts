import { spawn } from 'node:child_process';
import { link, mkdir, readdir, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { cancelled } from '../../programs/run';
import { findProgram } from '../../programs/server-programs';
import type { Block } from './blocks';

/** Reads the samples of one block with promtool and counts them; what it has against the block otherwise. */
export async function countSamples(folder: string, block: Block, signal: AbortSignal): Promise<number | string> {
  const alone = `${folder}.block`;
  // Left by a run that was killed while it counted.
  await rm(alone, { recursive: true, force: true });
  try {
    await linkWritten(path.join(folder, block.ulid), path.join(alone, block.ulid));
    return await dump(alone, block, signal);
  } finally {
    await rm(alone, { recursive: true, force: true });
  }
}

/**
 * A block by itself and as it was written: samples of others that overlap it (backfilled ones do) would count
 * with its own, and those that somebody deleted since would not count at all.
 */
async function linkWritten(block: string, place: string): Promise<void> {
  await mkdir(path.join(place, 'chunks'), { recursive: true, mode: 0o700 });
  const chunks = (await readdir(path.join(block, 'chunks')).catch(() => [])).map((name) => path.join('chunks', name));
  for (const name of ['meta.json', 'index', ...chunks]) {
    await link(path.join(block, name), path.join(place, name)).catch((error: unknown) => {
      // What is missing promtool names.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
  }
}

async function dump(folder: string, block: Block, signal: AbortSignal): Promise<number | string> {
  const range = [`--min-time=${String(block.minTime)}`, `--max-time=${String(block.maxTime - 1)}`];
  const child = spawn(findProgram('promtool'), ['tsdb', 'dump', ...range, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', TZ: 'UTC' },
    signal,
  });
  let samples = 0;
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) samples += 1;
  });
  child.stderr.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-4_096)));
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => undefined).on('close', resolve);
  });
  if (signal.aborted) throw cancelled('promtool');
  return code === 0 && said === '' ? samples : said.trim().split('\n').at(-1) || `promtool ended with ${String(code)}`;
}
