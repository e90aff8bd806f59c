import type { Contract } from '../../recovery/contract';
import { AgenteError } from '../../recovery/errors';
import { databaseIdentifier, lineage, type DatabaseDataset } from '../../recovery/sites';
import { standingContract, groundOf } from '../failover/ground';
import type { Project } from '../pulumi/project';
import { engineFailure } from '../pulumi/failure';
import { runPulumi } from '../pulumi/run';
import { stackState } from '../pulumi/stack';

export interface RetireOptions {
  readonly stack: string;
  readonly generation: number;
  readonly datasets: readonly DatabaseDataset[];
  readonly dryRun: boolean;
  /** The name of what is given up, typed by a person; see retireName. */
  readonly confirm: string | null;
}

export interface Retired {
  readonly dataset: DatabaseDataset;
  readonly identifier: string;
  /** What the state knew of it; empty when it was forgotten before. */
  readonly urns: readonly string[];
  /** The line of the stack's file that goes now. */
  readonly edit: string;
}

/** What must be typed to retire a generation of a site. */
export const retireName = lineage;

/**
 * Lets the state forget the instances of an old generation. The instances themselves stay where they
 * are, protected by RDS: to delete one is for whoever has compared what was booked there.
 * @throws AgenteError generation-served, argument-invalid, engine-failed.
 */
export async function retire(options: RetireOptions): Promise<Retired[]> {
  const ground = groundOf(options.stack);
  try {
    const contract = await standingContract(ground);
    const { urns } = await stackState(ground.project, ground.stack);
    const retired = options.datasets.map((dataset) => plan(contract, options, dataset, urns));
    const found = retired.flatMap((one) => one.urns);
    if (options.dryRun || found.length === 0) return retired;
    const name = retireName(ground.to, options.generation);
    if (options.confirm !== name) {
      throw new AgenteError(
        'argument-invalid',
        `the state would forget ${retired.map(({ identifier }) => identifier).join(' and ')} of stack ${options.stack}`,
        `Once nothing that was booked there is missing elsewhere, run again with --confirm ${name}.`,
      );
    }
    await forget(ground.project, ground.stack, found);
    return retired;
  } finally {
    ground.witnesses.close();
  }
}

function plan(
  { databases, site }: Contract,
  { stack, generation }: RetireOptions,
  dataset: DatabaseDataset,
  urns: readonly string[],
): Retired {
  const served = databases.find((one) => one.dataset === dataset);
  if (served !== undefined && generation >= served.generation) {
    throw new AgenteError(
      'generation-served',
      `generation ${String(generation)} of ${dataset} is not behind site ${site}, which stands on generation ${String(served.generation)}`,
      'Only a generation under `retained` can be retired; `pulumi stack output contract` shows them.',
    );
  }
  const label = `${dataset}-g${String(generation)}`;
  const own = new RegExp(`\\$aws:rds/[^$]+::${label}(-backups)?$`);
  return {
    dataset,
    identifier: databaseIdentifier(dataset, generation),
    urns: urns.filter((urn) => own.test(urn)),
    edit: `Pulumi.${stack}.yaml: agente-dr:databases.${dataset}.retained, the entry with generation ${String(generation)}`,
  };
}

/** All in one write: a run that is killed has forgotten everything or nothing. */
async function forget(project: Project, stack: string, urns: readonly string[]): Promise<void> {
  const args = ['state', 'delete', ...urns, '--force', '--yes', '--stack', stack];
  const { code, output } = await runPulumi({ project, args });
  if (code !== 0) throw engineFailure(`pulumi state delete --stack ${stack}`, output, 'the terminal');
}
