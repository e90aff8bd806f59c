import type { Resource, Stack } from '../resource';
import { stackOf } from '../resource';
import { when, type Rule } from '../rule';
import {
  backup,
  cache,
  ecr,
  ecs,
  efs,
  rds,
  s3,
  stackReference,
  watch,
  kms,
  secret,
  lb,
  vpc,
  dns,
  schedule,
  iam,
} from '../types';

/** The stack that must stand when the other region is gone. */
const isDr = (one: Resource): boolean => stackOf(one.urn) === 'dr';

/** Every type that lies in a region. IAM and Route 53 lie in none. */
const regional: readonly string[] = [rds, cache, s3, backup, kms, ecs, ecr, lb, vpc, watch, efs]
  .flatMap((family) => Object.values<string>(family))
  .concat(secret, schedule);
const all: readonly string[] = [...regional, ...Object.values(dns), ...Object.values(iam)];

/** Where dr may name the other region: what it pulls from there while there is something to pull, and what it sends. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  [rds.instance]: ['replicateSourceDb', 'restoreToPointInTime'],
  [rds.backupsCopy]: ['sourceDbInstanceArn'],
  [rds.snapshotCopy]: ['sourceDbSnapshotIdentifier'],
  [s3.replication]: ['rules'],
  [backup.plan]: ['rules'],
  [efs.replication]: ['destination'],
  [ecr.replication]: ['replicationConfiguration'],
  [secret]: ['replicas'],
  // Rights name what may be read while it is there; nothing starts from them.
  [iam.rolePolicy]: ['policy'],
  [iam.policy]: ['policy'],
};

/** The region in which most of a stack lies: its own. */
function homeOf({ resources }: Stack): string | undefined {
  const counts = new Map<string, number>();
  for (const { region, type } of resources) {
    if (region !== undefined && regional.includes(type)) counts.set(region, (counts.get(region) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Regions whose keys, secrets, parameters or images are named. */
const regionsNamed = (text: string): string[] =>
  [
    ...text.matchAll(
      /arn:aws[\w-]*:(?:kms|secretsmanager|ssm|ecr|elasticfilesystem|sns|sqs|rds|elasticache):([a-z]{2}-[a-z]+-\d):|\.dkr\.ecr\.([a-z]{2}-[a-z]+-\d)\./g,
    ),
  ].map(([, arn, image]) => arn ?? image ?? '');

/** dr stands alone: nothing of it lies in the other region, and nothing of it needs that to start. */
export const independenceRules: readonly Rule[] = [
  {
    id: 'dr-independence-region',
    group: 'independence',
    title: 'nothing of dr lies in another region',
    scope: 'stack',
    types: regional,
    level: 'always',
    unknown: {},
    fix: 'give it the provider of the site',
    references: [],
    check: (one, { stack }) => {
      const home = isDr(one) ? homeOf(stack) : undefined;
      return when(
        home !== undefined && one.region !== home,
        `it lies in ${one.region ?? 'a region that nobody names'}, and dr in ${home ?? ''}: when that region is gone, every update of dr fails on it`,
      );
    },
  },
  {
    id: 'dr-independence-reference',
    group: 'independence',
    title: 'nothing of dr needs a key, a secret, a parameter or an image of another region',
    scope: 'stack',
    types: all,
    level: 'always',
    unknown: {},
    fix: "name the region's own",
    references: [],
    check: (one, { stack }) => {
      const home = isDr(one) ? homeOf(stack) : undefined;
      if (home === undefined) return [];
      const open = Object.entries(one.inputs.fields).filter(
        ([property]) => !(allowed[one.type] ?? []).includes(property),
      );
      return open.flatMap(([property, value]) => {
        const strange = new Set(
          textsIn(value)
            .flatMap(regionsNamed)
            .filter((region) => region !== home),
        );
        return [...strange].map(
          (region) => `its ${property} names something in ${region}, which is gone when dr is needed`,
        );
      });
    },
  },
  {
    id: 'dr-independence-stack',
    group: 'independence',
    title: 'dr does not ask the other stack',
    scope: 'stack',
    types: [stackReference],
    level: 'always',
    unknown: { name: 'violation' },
    fix: 'name it by convention (recovery/sites.ts), or read the copied contract',
    references: [],
    check: (one) => {
      const asked = one.inputs.text('name') ?? one.name;
      return when(
        isDr(one) && asked.split('/').at(-1) !== 'dr',
        `it reads the state of ${asked}, which must answer while its region is gone`,
      );
    },
  },
];
