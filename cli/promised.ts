import { AgenteError } from '../recovery/errors';
import type { Dataset } from '../recovery/dataset';
import { workload } from '../recovery/workload';

/**
 * What was promised about a dataset that a contract names.
 * @throws AgenteError contract-invalid when nothing was.
 */
export function promisedDataset(name: string): Dataset {
  const datasets: Readonly<Record<string, Dataset>> = workload.datasets;
  const found = datasets[name];
  if (found !== undefined) return found;
  throw new AgenteError(
    'contract-invalid',
    `the site has a dataset ${name}, and the workload none of that name`,
    'Use the tools of the same version as the stack.',
  );
}
