import { rebuildEdits, stackSite } from '../../cli/rebuild/edits';
import { checkNoReturn } from '../../components/no-return';
import { readConfig, type SiteConfig } from '../../infra/config';
import { checkRatchet, demoteToken, type LastDeployment } from '../../infra/ratchet';
import { layFoundation } from '../../infra/foundation';
import { provisions } from '../../infra/roles';
import { putUpStores } from '../../infra/stores';
import { rowOf } from '../../local/provider/diff-tables';
import { AgenteError } from '../../recovery/errors';
import { databaseDatasets, type DatabaseDataset, type Role, type Site } from '../../recovery/sites';
import { ask, type Asked } from '../components/support';
import { shippedKeys } from './support';

/** What a person may write into the file of a stack, for the better or the worse. */
export const moves = ['keep', 'rebuild', 'restore', 'empty', 'drop', 'go back'] as const;
export type Move = (typeof moves)[number];

export interface Transition {
  readonly site: Site;
  readonly role: Role;
  readonly move: Move;
  readonly datasets: readonly DatabaseDataset[];
  readonly token: 'none' | 'right' | 'stale';
}

/** A stack as it stands: its file, its last outputs, and what its state holds. */
export interface Stack {
  readonly keys: Readonly<Record<string, string>>;
  readonly config: SiteConfig | null;
  readonly last: LastDeployment | null;
  readonly resources: readonly Asked[];
}

export const newStack = (site: Site): Stack => ({ keys: shippedKeys(site), config: null, last: null, resources: [] });

/** Types whose loss is the loss of data. */
export const stateful = new Set([
  'aws:rds/instance:Instance',
  'aws:s3/bucket:Bucket',
  'aws:kms/key:Key',
  'aws:secretsmanager/secret:Secret',
  'aws:elasticache/replicationGroup:ReplicationGroup',
  'aws:efs/fileSystem:FileSystem',
  'aws:backup/vault:Vault',
  'random:index/randomPassword:RandomPassword',
]);

const known = new Map<string, Promise<readonly Asked[]>>();

/** What stands on it starts anew from what these hold. */
function holdsData(config: SiteConfig): void {
  const foundation = layFoundation(config);
  const { running } = provisions[config.role];
  if (running !== null) putUpStores(config, foundation, running);
}

function planned(config: SiteConfig): Promise<readonly Asked[]> {
  const key = JSON.stringify({ ...config, demote: null });
  const found = known.get(key) ?? ask(() => holdsData(config), config.site);
  known.set(key, found);
  return found;
}

/** The file after the edit. */
function edited(stack: Stack, { role, move, datasets, token, site }: Transition): Record<string, string> {
  const read = (key: string): unknown => JSON.parse(stack.keys[`agente-dr:${key}`] ?? '{}');
  const before = stackSite.parse({
    site,
    role: stack.last?.role ?? 'foundation',
    databases: read('databases'),
    peerGenerations: read('peerGenerations'),
  });
  const next = rebuildEdits(before, before.peerGenerations).databases;
  const origins: Readonly<Partial<Record<Move, unknown>>> = { restore: 'restore', empty: 'own' };
  const databases = databaseDatasets.map((dataset) => {
    const current = before.databases[dataset];
    if (move === 'keep' || !datasets.includes(dataset)) return [dataset, current];
    if (move === 'go back') return [dataset, { ...current, generation: Math.max(1, current.generation - 1) }];
    if (move === 'drop') return [dataset, { ...next[dataset], retained: [] }];
    const restored = { restoredFrom: current.generation, at: '2026-11-24T03:00:00Z' };
    const origin = origins[move] === 'restore' ? restored : (origins[move] ?? 'replica');
    return [dataset, { ...next[dataset], origin }];
  });
  const generation = stack.last?.generation ?? 1;
  const demote = { none: '', right: demoteToken(site, generation), stale: demoteToken(site, generation + 1) }[token];
  return {
    ...stack.keys,
    'agente-dr:role': role,
    'agente-dr:databases': JSON.stringify(Object.fromEntries(databases)),
    'agente-dr:demote': demote,
  };
}

export interface Deployed {
  readonly after: Stack;
  /** Null when it was carried out. */
  readonly refused: string | null;
  /** Stateful resources that the plan would replace; nothing may ever be among them. */
  readonly replaced: readonly string[];
}

/** Deploys an edited file as the program, its guards and the engine would. */
export async function deploy(stack: Stack, transition: Transition): Promise<Deployed> {
  try {
    const keys = edited(stack, transition);
    const config = readConfig(keys, transition.site);
    checkRatchet(stack.last, config);
    const resources = await planned(config);
    const replaced = carryOver(stack.resources, resources);
    return { after: { keys, config, last: outputsOf(config), resources }, refused: null, replaced };
  } catch (error) {
    if (error instanceof AgenteError) return { after: stack, refused: error.message, replaced: [] };
    throw error;
  }
}

/** @throws AgenteError for what the engine refuses: to delete what is protected, or what a hook refuses. */
function carryOver(before: readonly Asked[], after: readonly Asked[]): string[] {
  const now = new Map(after.map((one) => [`${one.type} ${one.name}`, one]));
  const heldData = before.filter(({ type }) => stateful.has(type));
  const gone = heldData.filter((one) => !now.has(`${one.type} ${one.name}`));
  if (gone.some((one) => one.protected)) throw new AgenteError('engine-failed', 'protected', '');
  const lost = gone.map(({ name }) => name);
  return [
    ...lost,
    ...heldData.flatMap((one) => {
      const next = now.get(`${one.type} ${one.name}`);
      if (next === undefined) return [];
      if (one.type === 'aws:rds/instance:Instance') checkNoReturn(one.name, one.inputs, next.inputs);
      return one.type.startsWith('aws:') && isReplaced(one, next) ? [one.name] : [];
    }),
  ];
}

function isReplaced(before: Asked, after: Asked): boolean {
  const { forceNew, optionalComputed } = rowOf(before.type);
  return forceNew.some((property) => {
    const [old, wanted] = [before.inputs[property], after.inputs[property]];
    if (wanted === undefined && optionalComputed.includes(property)) return false;
    return JSON.stringify(old) !== JSON.stringify(wanted);
  });
}

function outputsOf({ role, databases }: SiteConfig): LastDeployment {
  const instances = databaseDatasets.map((dataset) => ({
    dataset,
    generation: databases[dataset].generation,
    retained: databases[dataset].retained.map(({ generation }) => generation),
  }));
  const generation = Math.max(...instances.map((one) => one.generation));
  return { role, generation, instances: role === 'foundation' ? [] : instances };
}
