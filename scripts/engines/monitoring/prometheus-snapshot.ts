import * as fs from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { z } from 'zod';
import { AgenteError } from '../../../recovery/errors';
import { identityOf, runs, type ProcessIdentity } from '../../process-identity';
import type { Work } from '../engine';

const answerSchema = z.object({
  status: z.string(),
  data: z.object({ name: z.string() }).optional(),
  error: z.string().optional(),
});

/** Who asked for a snapshot, what was there before, and what came of it: by this a killed run is tidied up after. */
const claimSchema = z.object({
  owner: z.object({ host: z.string(), pid: z.number(), start: z.string() }),
  before: z.array(z.string()),
  name: z.string().nullable(),
});
const claimForm = /^\.agente-\d+-\d+\.json$/;

const snapshotsIn = (data: string): string => path.join(data, 'snapshots');

async function snapshotNames(data: string): Promise<string[]> {
  const names = await readdir(snapshotsIn(data)).catch(() => []);
  return names.filter((name) => /^\d{8}T\d{6}Z-[0-9a-f]+$/.test(name));
}

export interface PrometheusSnapshot {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Lets Prometheus link its state into a folder. @throws AgenteError server-failed, permission-denied, target-wrong. */
export async function takeSnapshot(url: string, data: string, work: Work): Promise<PrometheusSnapshot> {
  await removeLeftovers(data);
  const owner = identityOf();
  // Not among the snapshots: that folder is Prometheus' to make, as its own user.
  const claim = path.join(data, `.agente-${String(owner.pid)}-${String(Date.now())}.json`);
  const before = await snapshotNames(data);
  const state = (name: string | null): string => JSON.stringify({ owner, before, name });
  await writeFile(claim, state(null), { mode: 0o600 });
  try {
    const name = await ask(url, work.signal);
    const folder = path.join(snapshotsIn(data), name);
    if (!fs.existsSync(folder)) {
      const hint = 'Correct data or url of this dataset in the settings.';
      throw new AgenteError('target-wrong', `Prometheus at ${url} made its snapshot elsewhere than in ${data}`, hint);
    }
    await writeFile(claim, state(name), { mode: 0o600 });
    const remove = async (): Promise<void> => {
      await rm(folder, { recursive: true, force: true });
      await rm(claim, { force: true });
    };
    return { folder, remove };
  } catch (error) {
    await rm(claim, { force: true });
    throw error;
  }
}

/**
 * Snapshots are hard links: one that is left keeps blocks on the disk for good. Those of runs that are gone
 * are removed, and none that somebody else asked for.
 */
export async function removeLeftovers(data: string): Promise<void> {
  const names = await readdir(data).catch((error: unknown) => {
    const hint = 'Correct data of this dataset in the settings.';
    throw new AgenteError('config-invalid', `${data} cannot be read`, hint, { cause: error });
  });
  const claims = await Promise.all(
    names
      .filter((name) => claimForm.test(name))
      .map(async (name) => {
        const file = path.join(data, name);
        const read = claimSchema.safeParse(JSON.parse(await readFile(file, 'utf8').catch(() => 'null')));
        return { file, asked: Number(name.split(/[-.]/).at(-2)), claim: read.success ? read.data : null };
      }),
  );
  const isAlive = (owner: ProcessIdentity): boolean => runs(owner) !== false;
  const living = claims.filter(({ claim }) => claim !== null && isAlive(claim.owner));
  const theirs = new Set(living.map(({ claim }) => claim?.name));
  for (const { file, asked, claim } of claims.filter((each) => !living.includes(each))) {
    // Killed before it knew the name: what appeared within its minute, unless somebody else who lives has it.
    const appeared = (await snapshotNames(data)).filter(
      (name) =>
        claim?.before.includes(name) === false && Math.abs(madeAt(name) - asked) < 60_000 && living.length === 0,
    );
    for (const name of claim?.name === null || claim === null ? appeared : [claim.name]) {
      if (!theirs.has(name)) await rm(path.join(snapshotsIn(data), name), { recursive: true, force: true });
    }
    await rm(file, { force: true });
  }
}

function madeAt(name: string): number {
  const [, date = '', time = ''] = /^(\d{8})T(\d{6})Z/.exec(name) ?? [];
  const parts = [date.slice(0, 4), date.slice(4, 6), date.slice(6)].join('-');
  return Date.parse(`${parts}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`);
}

async function ask(url: string, signal: AbortSignal): Promise<string> {
  const where = `Prometheus at ${url}`;
  let response: Response;
  try {
    response = await fetch(new URL('api/v1/admin/tsdb/snapshot', `${url.replace(/\/$/, '')}/`), {
      method: 'POST',
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw new AgenteError('cancelled', 'the backup was stopped', 'Run the command again.');
    const hint = 'Start it, or correct url in the settings.';
    throw new AgenteError('server-failed', `${where} does not answer`, hint, { cause: error });
  }
  const text = await response.text();
  const answer = answerSchema.safeParse(parsed(text));
  if (answer.success && answer.data.status === 'success' && answer.data.data !== undefined)
    return answer.data.data.name;
  const said = answer.success ? (answer.data.error ?? answer.data.status) : `HTTP ${String(response.status)}`;
  if (/admin APIs disabled/i.test(said)) {
    const hint = 'Start it with --web.enable-admin-api.';
    throw new AgenteError('permission-denied', `${where} takes no snapshots: ${said}`, hint);
  }
  throw new AgenteError('server-failed', `${where} made no snapshot: ${said}`, 'Its log says why.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
