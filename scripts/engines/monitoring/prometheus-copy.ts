import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { link, mkdir, readdir, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AgenteError } from '../../../recovery/errors';
import type { Census } from '../../catalogue/census';
import { findProgram, asServerUser, giveToServerUser } from '../../programs/server-programs';
import type { Damage } from '../engine';
import { blocksIn, censusOf, type Block } from './blocks';
import { countSamples } from './sample-count';

const answerSchema = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z
    .object({
      result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
    })
    .optional(),
});

/** A Prometheus over links to restored blocks: it joins and drops blocks as it likes, and these stay. */
export class PrometheusCopy {
  private constructor(
    private readonly data: string,
    private readonly links: string,
    private readonly child: ChildProcess,
    private readonly url: string,
    private readonly blocks: readonly Block[],
    private readonly signal: AbortSignal,
  ) {}

  /** @throws AgenteError restore-damaged when it does not open them. */
  static async open(data: string, links: string, signal: AbortSignal): Promise<PrometheusCopy> {
    const blocks = await blocksIn(data);
    await linkAll(data, links);
    const configuration = path.join(links, '..', 'opened.yml');
    fs.writeFileSync(configuration, '', { mode: 0o644 });
    giveToServerUser(configuration);
    const { command, args } = asServerUser(findProgram('prometheus'), [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${links}`,
      // What is older than fifteen days would be removed before anybody looks.
      '--storage.tsdb.retention.time=100y',
      '--web.listen-address=127.0.0.1:0',
    ]);
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
    try {
      const url = await untilReady(child, signal);
      return new PrometheusCopy(data, links, child, url, blocks, signal);
    } catch (error) {
      await ended(child);
      await rm(links, { recursive: true, force: true });
      throw error;
    }
  }

  census(): Promise<Census> {
    return Promise.resolve(censusOf(this.blocks, new Date()));
  }

  /** Reads every sample: an index that is whole says nothing of the chunks that it points to. */
  async check(): Promise<Damage[]> {
    const damages: Damage[] = [];
    for (const block of this.blocks) {
      const found = await countSamples(this.data, block, this.signal);
      if (typeof found === 'string') damages.push({ what: block.ulid, fact: found });
      else if (found !== block.stats.numSamples) {
        const fact = `it holds ${String(found)} samples, and says ${String(block.stats.numSamples)}`;
        damages.push({ what: block.ulid, fact });
      }
    }
    return damages;
  }

  /** PromQL at the end of the newest block. */
  async query(text: string): Promise<Record<string, unknown>[]> {
    const time = String(((this.blocks.at(-1)?.maxTime ?? Date.now()) - 1) / 1_000);
    const response = await fetch(`${this.url}/api/v1/query?${new URLSearchParams({ query: text, time }).toString()}`);
    const answer = answerSchema.parse(await response.json());
    if (answer.data === undefined) throw new Error(`Prometheus: ${String(answer.error)}`);
    return answer.data.result.map(({ metric, value }) => ({ ...metric, value: Number(value[1]) }));
  }

  async close(): Promise<void> {
    await ended(this.child);
    await rm(this.links, { recursive: true, force: true });
  }
}

async function linkAll(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const place = path.join(to, path.relative(from, path.join(entry.parentPath, entry.name)));
    if (entry.isDirectory()) await mkdir(place, { recursive: true, mode: 0o700 });
    else {
      await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
      await link(path.join(entry.parentPath, entry.name), place);
    }
  }
  for (const name of ['', ...(await readdir(to, { recursive: true }))]) giveToServerUser(path.join(to, name));
  for (let folder = path.dirname(to), depth = 0; depth < 2; folder = path.dirname(folder), depth += 1)
    giveToServerUser(folder);
}

async function untilReady(child: ChildProcess, signal: AbortSignal): Promise<string> {
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-32_768)));
  for (;;) {
    signal.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null) {
      const last =
        said
          .split('\n')
          .filter((line) => /err=|level=error/.test(line))
          .at(-1) ?? said.trim().slice(-300);
      const hint = 'Restore from another recovery point.';
      throw new AgenteError('restore-damaged', `prometheus does not open the restored blocks: ${last}`, hint);
    }
    const address = /msg="Listening on" address=(\S+)/.exec(said)?.[1];
    if (address !== undefined) {
      const url = `http://${address}`;
      const ready = await fetch(`${url}/-/ready`, { signal }).catch(() => null);
      if (ready?.ok === true) return url;
    }
    await pause(50, undefined, { signal });
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  // Its links are thrown away: it has nothing to write down.
  child.kill('SIGKILL');
  await gone;
}
