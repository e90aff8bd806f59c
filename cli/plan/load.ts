import fs from 'node:fs';
import { parseDocument } from 'yaml';
import { AgenteError } from '../../recovery/errors';
import type { Planning } from '../../recovery/plan';
import { seedWorkload } from '../../recovery/seed/workload';
import { workload } from '../../recovery/workload';

/** What `--workload` may name besides a file. */
export const namedWorkloads = ['shipped', 'seed'] as const;

/** The table that is to be judged. @throws AgenteError argument-invalid when there is none. */
export function loadWorkload(name: string): unknown {
  if (name === 'shipped') return workload;
  if (name === 'seed') return seedWorkload;
  return parse(name, read(name));
}

/**
 * An empty table keeps its promise, which is not what somebody asks who named the wrong file.
 * @throws AgenteError argument-invalid when there is nothing to judge.
 */
export function refuseNothing(name: string, { ok, workload: { datasets } }: Planning): void {
  if (!ok || Object.keys(datasets).length > 0) return;
  throw new AgenteError('argument-invalid', `${name} has no datasets`, 'Name a file with a table of them.');
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new AgenteError(
      'argument-invalid',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      `Name a file, or one of ${namedWorkloads.join(', ')}.`,
      { cause: error },
    );
  }
}

/** As YAML, of which JSON is a part: JSON.parse keeps the last of two rows with one name and says nothing. */
function parse(file: string, text: string): unknown {
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error === undefined) return document.toJS();
  throw new AgenteError('argument-invalid', `${file} is no table: ${error.message}`, 'Correct the file.', {
    cause: error,
  });
}
