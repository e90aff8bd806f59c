import { parse } from 'yaml';
import { z } from 'zod';
import type { Contract } from '../../recovery/contract';
import type { RoleRecord } from '../../recovery/control';
import { AgenteError } from '../../recovery/errors';
import { databaseDatasets, peerOf, type DatabaseDataset } from '../../recovery/sites';
import { rebuildEdits, stackSite, type Rebuild, type StackSite } from './edits';
import { editsBetween, type Edit } from './stack-file';

const namespace = 'agente-dr:';
type Generations = Readonly<Record<DatabaseDataset, number>>;

/** What a rebuild is decided by. */
export interface RebuildFacts {
  readonly stack: string;
  /** Text of the stack's file. */
  readonly text: string;
  /** What stands, by the site's own contract. */
  readonly own: Contract;
  /** What two of three witnesses agree on. */
  readonly role: RoleRecord;
  /** By the other site's contract; null when only its file could be asked for its generations. */
  readonly peerRole: Contract['role'] | null;
  readonly peerGenerations: Generations;
}

export type RebuildPlan =
  | { readonly outcome: 'edits'; readonly edits: readonly Edit[] }
  /** `written`: the file says it and waits for its deployment. `deployed`: the site follows already. */
  | { readonly outcome: 'written' | 'deployed' };

/**
 * What the file of a given-up site must say for the site to follow the one that serves.
 * @throws AgenteError generation-served, failover-running, role-ratchet, config-invalid.
 */
export function planRebuild(facts: RebuildFacts): RebuildPlan {
  refuseWhileServing(facts);
  const { stack, own, peerGenerations } = facts;
  const keys = keysOf(facts.text);
  const site = siteIn(keys, facts);
  const inFile = generationsOf(site);
  const same = sameGenerations(site.peerGenerations, peerGenerations);
  if (own.role !== 'active') {
    if (same && sameGenerations(inFile, own.generations)) return { outcome: 'deployed' };
    throw new AgenteError(
      'role-ratchet',
      `site ${own.site} is ${own.role} already, and its file or the other site has other generations than it was deployed with`,
      'docs/sites.md has the edits for a lost replica that is seeded anew; this command is for a site that was active.',
    );
  }
  const wanted = rebuildEdits({ ...site, role: 'active' }, peerGenerations);
  const told = z.object({ role: z.string(), demote: z.string() }).safeParse(keys).data;
  if (same && told?.role === 'standby' && told.demote === tokenOf(own) && succeeds(site, own)) {
    return { outcome: 'written' };
  }
  if (!sameGenerations(inFile, own.generations)) {
    throw new AgenteError(
      'config-invalid',
      `Pulumi.${stack}.yaml names generations ${text(inFile)}, and ${text(own.generations)} stand`,
      `Look at \`git diff Pulumi.${stack}.yaml\`, take back what was not deployed, and run the command again.`,
    );
  }
  return { outcome: 'edits', edits: editsBetween(keys, wanted satisfies Rebuild).map(named) };
}

function refuseWhileServing({ own, role, peerRole }: RebuildFacts): void {
  const peer = peerOf[own.site];
  if (role.activeSite === own.site) {
    throw new AgenteError(
      'generation-served',
      `site ${own.site} is the active one, with epoch ${String(role.epoch)}: guests book there`,
      `Only a site that was given up is rebuilt. First \`agente-dr failover --stack ${peer}\`, when that is meant.`,
    );
  }
  if (peerRole === null || peerRole === 'active') return;
  throw new AgenteError(
    'failover-running',
    `the witnesses name ${peer}, but it is ${peerRole}: its failover has not come to its promotion`,
    `Finish it with \`agente-dr failover --stack ${peer}\`; there is nothing to follow before.`,
  );
}

/** The keys of the program, without their namespace. */
function keysOf(stackText: string): Record<string, unknown> {
  const file = z.object({ config: z.record(z.string(), z.unknown()) }).safeParse(parse(stackText)).data;
  const own = Object.entries(file?.config ?? {}).filter(([key]) => key.startsWith(namespace));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(namespace.length), value]));
}

function siteIn(keys: Record<string, unknown>, { stack, own }: RebuildFacts): StackSite {
  const parsed = stackSite.safeParse({ ...keys, role: own.role });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${namespace}${issue.path.join('.')} (${issue.message})`);
  throw new AgenteError('config-invalid', `Pulumi.${stack}.yaml: ${faults.join('; ')}`, 'Correct the file.');
}

/** Generations of the databases that the file of a stack names. @throws AgenteError config-invalid. */
export function generationsIn(stackText: string, stack: string): Generations {
  const parsed = stackSite.pick({ databases: true }).safeParse(keysOf(stackText));
  if (parsed.success) return generationsOf(parsed.data);
  throw new AgenteError(
    'config-invalid',
    `Pulumi.${stack}.yaml names no generation of each database`,
    'Correct the file, or restore the way to the region of that site.',
  );
}

function generationsOf({ databases }: Pick<StackSite, 'databases'>): Generations {
  const pairs = databaseDatasets.map((dataset) => [dataset, databases[dataset].generation]);
  return Object.fromEntries(pairs) as Generations;
}

const sameGenerations = (a: Generations, b: Generations): boolean =>
  databaseDatasets.every((dataset) => a[dataset] === b[dataset]);

/** Whether each database of the file is a later one than what stands, which it keeps. */
const succeeds = ({ databases }: StackSite, { generations }: Contract): boolean =>
  databaseDatasets.every((dataset) => {
    const { generation, retained } = databases[dataset];
    return generation > generations[dataset] && retained.some((old) => old.generation === generations[dataset]);
  });

const tokenOf = ({ site, generation }: Contract): string => `${site}:${String(generation)}`;

const named = ({ path: [key = '', ...inside], ...edit }: Edit): Edit => ({
  ...edit,
  path: [`${namespace}${key}`, ...inside],
});

const text = (generations: Generations): string =>
  databaseDatasets.map((dataset) => `${dataset}-g${String(generations[dataset])}`).join(' and ');
