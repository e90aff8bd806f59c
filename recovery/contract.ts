import { z } from 'zod';
import { AgenteError } from './errors';
import { databaseDatasets, roles, sites } from './sites';

/** The one version that these tools read and write. */
export const contractVersion = 2;

const name = z.string().min(1);
const generation = z.int().positive();
const generations = z.strictObject(
  Object.fromEntries(databaseDatasets.map((dataset) => [dataset, generation])) as Record<
    (typeof databaseDatasets)[number],
    typeof generation
  >,
);
const endpoint = { host: name, port: z.int().positive() };

const database = z.strictObject({
  dataset: z.enum(databaseDatasets),
  engine: z.enum(['postgres', 'mysql']),
  generation,
  identifier: name,
  ...endpoint,
  databaseName: name,
  user: name,
  /** Name of the secret that holds the password; never the password. */
  secret: name,
  /** Seconds of point-in-time recovery. */
  windowSeconds: z.int().nonnegative(),
  /** Instances that serve nobody any more and have not been retired. */
  retained: z.array(z.strictObject({ generation, identifier: name })),
});

const cache = z.strictObject({
  dataset: name,
  engine: z.enum(['redis']),
  identifier: name,
  ...endpoint,
  secret: name,
});

const backupJob = z.strictObject({
  id: name,
  dataset: name,
  /** Five fields of cron, UTC. */
  schedule: name,
  command: z.array(name).min(1),
});

/**
 * What a stack tells the tools about its site: exported as the stack output `contract` and written as
 * an object into the region's own control bucket, so that the tools need neither Pulumi nor the state.
 * Readers go through parseContract.
 */
export const contractSchema = z.strictObject({
  version: z.literal(contractVersion),
  site: z.enum(sites),
  role: z.enum(roles),
  region: name,
  accountId: name,
  /** The highest of `generations`. */
  generation,
  generations,
  peer: z.strictObject({ site: z.enum(sites), region: name, generation, generations }),
  /** Public name that guests use, and the port that the load balancers of both regions listen on. */
  service: z.strictObject({ domain: name, port: z.int().positive(), loadBalancer: name, healthPath: name }).nullable(),
  databases: z.array(database),
  caches: z.array(cache),
  vault: z.strictObject({
    bucket: name,
    /** Where the copies go, and where the other site's copies come from. */
    peerBucket: name,
    /** By dataset: the part of every path in the vault that keeps two histories apart. */
    lineages: z.record(z.string(), name),
  }),
  fileSystems: z.array(z.strictObject({ name, id: name })),
  backupJobs: z.array(backupJob),
  /** What it takes to run a task of the toolbox, such as a restore; null where there is only the foundation. */
  toolbox: z
    .strictObject({
      cluster: name,
      subnetIds: z.array(name).min(1),
      securityGroupId: name,
      /** ARN of the task definition for each kind of work. */
      taskDefinitions: z.record(z.string(), name),
    })
    .nullable(),
  /** Images by digest, in the region's own registry. */
  images: z.record(z.string(), name),
  /** ARNs of the topics that people are told by. */
  topics: z.record(z.string(), name),
  /** The three witnesses, own region first. */
  control: z.array(z.strictObject({ region: name, bucket: name })).length(3),
  signal: z.strictObject({ region: name, bucket: name, key: name }),
});
export type Contract = z.infer<typeof contractSchema>;
export type DatabaseContract = Contract['databases'][number];

/**
 * @param where what the value was read from, for the message.
 * @throws AgenteError contract-invalid for another version, or with the path of everything that is missing or wrong.
 */
export function parseContract(value: unknown, where: string): Contract {
  const version = z.object({ version: z.unknown() }).safeParse(value).data?.version;
  if (typeof version === 'number' && version !== contractVersion) throw otherVersion(version, where);
  const parsed = contractSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'all of it'}: ${message}`,
  );
  throw new AgenteError(
    'contract-invalid',
    `the contract in ${where} is not one: ${faults.join('; ')}`,
    'Write it anew with `pulumi up` of the stack it belongs to.',
  );
}

function otherVersion(version: number, where: string): AgenteError {
  return new AgenteError(
    'contract-invalid',
    `the contract in ${where} has version ${String(version)}, and these tools read version ${String(contractVersion)}`,
    version > contractVersion
      ? 'Use the tools of the checkout that the stack was deployed from.'
      : 'Deploy the stack again with `pulumi up`; its contract is from an older checkout.',
  );
}
