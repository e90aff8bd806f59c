import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { z } from 'zod';
import { AgenteError } from '../../../recovery/errors';
import { countOf } from '../points/restored-files';
import type { Census } from '../../catalogue/census';

const metaSchema = z.object({
  ulid: z.string(),
  minTime: z.number(),
  maxTime: z.number(),
  stats: z.object({ numSamples: z.number().default(0), numSeries: z.number().default(0) }).prefault({}),
});
export type Block = z.infer<typeof metaSchema>;

/** The blocks of samples in a folder, oldest first. @throws AgenteError source-damaged without it, and for one without its facts. */
export async function blocksIn(folder: string): Promise<Block[]> {
  const found = await readdir(folder).catch((error: unknown) => {
    const hint = 'Correct data of this dataset in the settings.';
    throw new AgenteError('source-damaged', `${folder} cannot be read`, hint, { cause: error });
  });
  const names = found.filter((name) => /^[0-9A-Z]{26}$/.test(name));
  const blocks = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name, 'meta.json');
      try {
        return metaSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      } catch (error) {
        const hint = 'Prometheus skips a block without it: remove the block, or restore it.';
        throw new AgenteError('source-damaged', `${file} is missing or damaged`, hint, { cause: error });
      }
    }),
  );
  return blocks.sort((a, b) => a.minTime - b.minTime);
}

/** One row a block: its samples. */
export const censusOf = (blocks: readonly Block[], at: Date): Census =>
  countOf(Object.fromEntries(blocks.map(({ ulid, stats }) => [ulid, stats.numSamples])), at);
