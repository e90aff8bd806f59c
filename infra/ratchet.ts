import * as pulumi from '@pulumi/pulumi';
import { z } from 'zod';
import { AgenteError } from '../recovery/errors';
import { databaseDatasets, roles, type Role, type Site } from '../recovery/sites';
import type { SiteConfig } from './config';
import { successionFaults, type LastInstances } from './succession';

/** What the stack was when it was deployed last. */
export interface LastDeployment {
  readonly role: Role;
  readonly generation: number;
  readonly instances: readonly LastInstances[];
}

/** Says on purpose that the active site of this generation is given up. */
export const demoteToken = (site: Site, generation: number): string => `${site}:${String(generation)}`;

/**
 * Holds the configuration against what stands. A role is only ever raised: after a failover the file in
 * Git still says standby, and deploying it would send a database with new bookings back to a source that
 * is gone. A token lowers it, under the next generation of every database.
 * @throws AgenteError role-ratchet
 */
export function checkRatchet(
  last: LastDeployment | null,
  config: Pick<SiteConfig, 'site' | 'role' | 'demote' | 'databases'>,
): void {
  if (last !== null && roles.indexOf(config.role) < roles.indexOf(last.role)) checkToken(last, config);
  const faults =
    config.role === 'foundation' ? [] : successionFaults(last?.instances ?? [], config, last?.role ?? null);
  if (faults.length === 0) return;
  throw new AgenteError(
    'role-ratchet',
    faults.join('; '),
    `Correct Pulumi.${config.site}.yaml; docs/sites.md has the whole way from each state to the next.`,
  );
}

function checkToken(last: LastDeployment, { site, role, demote }: Pick<SiteConfig, 'site' | 'role' | 'demote'>): void {
  const token = demoteToken(site, last.generation);
  if (demote === token) return;
  const stack = `--stack ${site}`;
  throw new AgenteError(
    'role-ratchet',
    `site ${site} is ${last.role} (generation ${String(last.generation)}), and Pulumi.${site}.yaml says ${role}`,
    `Run pulumi config set role ${last.role} ${stack} and commit it. ` +
      `To give the site up on purpose: pulumi config set demote ${token} ${stack}.`,
  );
}

/** As much of the last contract as matters here, whatever its version. */
const lastContract = z.object({
  role: z.enum(roles),
  generation: z.int().positive(),
  databases: z.array(
    z.object({
      dataset: z.enum(databaseDatasets),
      generation: z.int().positive().optional(),
      retained: z.array(z.object({ generation: z.int().positive() })).default([]),
    }),
  ),
});

/** The stack's own last contract, read from its state; null before the first deployment. */
export async function lastDeployment(): Promise<LastDeployment | null> {
  const self = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const outputs = new pulumi.StackReference('last-deployment', { name: self });
  const details = await outputs.getOutputDetails('contract');
  const written: unknown = details.value ?? details.secretValue;
  if (written === undefined) return null;
  const contract = lastContract.safeParse(written);
  if (!contract.success) {
    // To go on without knowing what stood would be to go on without the ratchet.
    throw new AgenteError(
      'role-ratchet',
      `the last outputs of stack ${pulumi.getStack()} cannot be understood: ${contract.error.issues.map((issue) => issue.path.join('.')).join(', ')}`,
      'Deploy from the checkout that the stack was deployed from.',
    );
  }
  const { role, generation, databases } = contract.data;
  const instances = databases.map((one) => ({
    dataset: one.dataset,
    generation: one.generation ?? generation,
    retained: one.retained.map((old) => old.generation),
  }));
  return { role, generation, instances };
}
