import * as pulumi from '@pulumi/pulumi';
import { AgenteError } from '../recovery/errors';
import { roles, type Role, type Site } from '../recovery/sites';
import type { SiteConfig } from './config';

/** What the stack was when it was deployed last. */
export interface LastDeployment {
  readonly role: Role;
  readonly generation: number;
}

/** Says on purpose that the active site of this generation is given up. */
export const demoteToken = (site: Site, generation: number): string => `${site}:${String(generation)}`;

/**
 * A role is only ever raised. After a failover the file in Git still says standby; deploying it would
 * send a database with new bookings back to a source that is gone.
 * @throws AgenteError role-ratchet
 */
export function checkRatchet(last: LastDeployment | null, config: Pick<SiteConfig, 'site' | 'role' | 'demote'>): void {
  if (last === null || roles.indexOf(config.role) >= roles.indexOf(last.role)) return;
  const token = demoteToken(config.site, last.generation);
  if (config.demote === token) return;
  const stack = `--stack ${config.site}`;
  throw new AgenteError(
    'role-ratchet',
    `site ${config.site} is ${last.role} (generation ${String(last.generation)}), and Pulumi.${config.site}.yaml says ${config.role}`,
    `Run pulumi config set role ${last.role} ${stack} and commit it. ` +
      `To give the site up on purpose: pulumi config set demote ${token} ${stack}.`,
  );
}

/** The stack's own last outputs, read from its state; null before the first deployment. */
export async function lastDeployment(): Promise<LastDeployment | null> {
  const self = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const outputs = new pulumi.StackReference('last-deployment', { name: self });
  const [role, generation] = await Promise.all([
    outputs.getOutputDetails('role'),
    outputs.getOutputDetails('generation'),
  ]);
  const known = roles.find((candidate) => candidate === role.value);
  if (known === undefined) return null;
  return { role: known, generation: typeof generation.value === 'number' ? generation.value : 1 };
}
