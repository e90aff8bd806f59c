import { duration, Duration } from '../recovery/duration';
import type { Tier } from '../recovery/tiers';
import { workload, type Workload } from '../recovery/workload';
import type { Resource } from './resource';
import { backup, cache, ecr, efs, kms, rds, s3, secret } from './types';

/** What a resource holds, in the words of the promise. */
export type Holding =
  | { readonly kind: 'datasets'; readonly names: readonly string[] }
  /** Looked at, and nothing in it must survive; the reason is the declaration. */
  | { readonly kind: 'nothing'; readonly why: string }
  /** Nobody has said. Until somebody does it is taken for the dearest that there is. */
  | { readonly kind: 'unlisted' };

/** The tag by which a store names its dataset, where its logical name does not begin with it. */
export const datasetTag = 'agente-dr:dataset';

const datasets: Workload['datasets'] = workload.datasets;

/** Stores that hold several datasets, or that are called after what they do. */
const others: Readonly<Record<string, readonly string[]>> = {
  monitoring: ['prometheus', 'grafana', 'alertmanager'],
  backup: ['vault'],
  database: ['postgres'],
};

const nothings: Readonly<Record<string, string>> = {
  control: 'a witness: three of them in three regions are the safety, and none has versions',
  witness: 'a witness: three of them in three regions are the safety, and none has versions',
  signal: 'one object, which is written only in a failover',
  logs: 'access logs; nothing is restored from them',
  cache: 'a token that each site makes for its own cache',
};

/** Types that hold state, those that this program does not use included: a new one must be asked about. */
export const storeTypes: readonly string[] = [
  rds.instance,
  rds.cluster,
  cache.group,
  cache.cluster,
  cache.serverless,
  s3.bucket,
  efs.files,
  'aws:dynamodb/table:Table',
  'aws:memorydb/cluster:Cluster',
  'aws:docdb/cluster:Cluster',
  'aws:neptune/cluster:Cluster',
  'aws:opensearch/domain:Domain',
  'aws:ebs/volume:Volume',
];

/** What holds recovery points, or the means to read them. */
export const recoveryTypes: readonly string[] = [backup.vault, kms.key, ecr.repository, secret];

export function holdingOf({ name, inputs }: Pick<Resource, 'name' | 'inputs'>): Holding {
  const tags = inputs.isUnknown('tags') ? undefined : inputs.inner('tags');
  const tagged = tags === undefined || tags.isUnknown(datasetTag) ? undefined : tags.text(datasetTag);
  const said = tagged ?? name.split('-')[0] ?? '';
  if (said in datasets) return { kind: 'datasets', names: [said] };
  const several = others[said];
  if (several !== undefined) return { kind: 'datasets', names: several };
  const why = nothings[said];
  return why === undefined ? { kind: 'unlisted' } : { kind: 'nothing', why };
}

/** The strictest tier of what is held; the strictest of all where nobody has said. */
export function tierOf(one: Pick<Resource, 'name' | 'inputs'>): Tier {
  const holding = holdingOf(one);
  if (holding.kind !== 'datasets') return 1;
  return holding.names.reduce<Tier>((tier, name) => {
    const own = datasets[name]?.tier ?? 1;
    return own < tier ? own : tier;
  }, 4);
}

/** How long damage to it may go unnoticed: a copy from before must still be there then. */
export function detectionOf(one: Pick<Resource, 'name' | 'inputs'>): Duration {
  const holding = holdingOf(one);
  const names = holding.kind === 'datasets' ? holding.names : Object.keys(datasets);
  return names.reduce((most, name) => Duration.longer(most, datasets[name]?.noticedWithin ?? most), duration('0s'));
}
