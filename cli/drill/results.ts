import * as fs from 'node:fs';
import * as path from 'node:path';
import { drillResultSchema, type DrillResult } from '../../recovery/drill-result';
import { AgenteError } from '../../recovery/errors';
import { writeWhole } from '../written-file';

/** Names of what one drill leaves behind, all in one folder and sorted by time. */
export interface ResultFiles {
  readonly json: string;
  readonly html: string;
  readonly ledger: string;
}

/** @param startedAt Unix ms */
export function resultFiles(folder: string, scenario: string, startedAt: number): ResultFiles {
  const time = new Date(startedAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const stem = path.join(folder, `${time}Z-${scenario}`);
  return { json: `${stem}.json`, html: `${stem}.html`, ledger: `${stem}.ledger.csv` };
}

/** @throws ZodError when the result has not the shape of a drill result: that is a bug of the drill. */
export function saveResult(file: string, result: DrillResult): void {
  writeWhole(file, `${JSON.stringify(drillResultSchema.parse(result), null, 2)}\n`);
}

export interface PastDrill {
  readonly file: string;
  readonly result: DrillResult;
}

/**
 * Results of a folder, oldest first. Files of another version of the schema are passed over: they are
 * evidence for people, but not comparable.
 *
 * @throws AgenteError `permission-denied` when the folder cannot be read.
 */
export function pastDrills(folder: string): PastDrill[] {
  return namesIn(folder).flatMap((name) => {
    const file = path.join(folder, name);
    const result = readResult(file);
    return result === null ? [] : [{ file, result }];
  });
}

function namesIn(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder)
      .filter((name) => /^\d{8}T\d{6}Z-.+\.json$/.test(name))
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new AgenteError(
      'permission-denied',
      `folder of drill results cannot be read: ${folder}`,
      'Give another one with --results.',
      { cause: error },
    );
  }
}

function readResult(file: string): DrillResult | null {
  try {
    const parsed = drillResultSchema.safeParse(JSON.parse(fs.readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
