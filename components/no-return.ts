import * as pulumi from '@pulumi/pulumi';
import { AgenteError } from '../recovery/errors';
import { explain } from './explain';

type Inputs = Readonly<Record<string, unknown>> | undefined;

const sourceOf = (inputs: Inputs): string | null => {
  const source = inputs?.['replicateSourceDb'];
  return typeof source === 'string' && source !== '' ? source : null;
};

/**
 * A database that stands alone never becomes a replica again: RDS cannot, and what was booked on it
 * would be thrown away. Nor does a replica change its source.
 * @throws AgenteError role-ratchet
 */
export function checkNoReturn(name: string, before: Inputs, after: Inputs): void {
  const [source, wanted] = [sourceOf(before), sourceOf(after)];
  if (wanted === null || wanted === source) return;
  const fact = source === null ? 'stands alone and would become a replica again' : `would follow ${wanted}`;
  throw new AgenteError(
    'role-ratchet',
    `database ${name} ${fact}`,
    'Raise the generation of this database for a new replica, or set agente-dr:role back to active.',
  );
}

/** The guard as the engine calls it, before an update and already in its preview. */
export function refuseReturnToReplica(hookName: string): pulumi.ResourceHook {
  return new pulumi.ResourceHook(
    hookName,
    (args) => {
      try {
        checkNoReturn(args.name, args.oldInputs, args.newInputs);
      } catch (error) {
        throw error instanceof AgenteError ? new Error(explain(error), { cause: error }) : error;
      }
    },
    { onDryRun: true },
  );
}
