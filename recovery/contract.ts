import { z } from 'zod';
import { roles, sites } from './sites';

const endpoint = { host: z.string().min(1), port: z.int().positive() };

/**
 * What a stack tells the tools about its site: exported as the stack output `contract` and written as
 * an object into the region's own control bucket, so that the tools need neither Pulumi nor the state.
 */
export const contractSchema = z.strictObject({
  version: z.literal(1),
  site: z.enum(sites),
  role: z.enum(roles),
  region: z.string(),
  accountId: z.string(),
  generation: z.int().positive(),
  peer: z.strictObject({
    site: z.enum(sites),
    region: z.string(),
    generation: z.int().positive(),
  }),
  /** Public name that guests use, and the port that the load balancers of both regions listen on. */
  service: z
    .strictObject({
      domain: z.string(),
      port: z.int().positive(),
      loadBalancer: z.string(),
      healthPath: z.string(),
    })
    .nullable(),
  databases: z.array(
    z.strictObject({
      dataset: z.string(),
      engine: z.enum(['postgres']),
      identifier: z.string(),
      ...endpoint,
      databaseName: z.string(),
      user: z.string(),
      /** Name of the secret that holds the password; never the password. */
      secret: z.string(),
    }),
  ),
  caches: z.array(
    z.strictObject({
      dataset: z.string(),
      engine: z.enum(['redis']),
      identifier: z.string(),
      ...endpoint,
      secret: z.string(),
    }),
  ),
  vault: z.strictObject({ bucket: z.string() }),
  /** The three witnesses, own region first. */
  control: z.array(z.strictObject({ region: z.string(), bucket: z.string() })).length(3),
  signal: z.strictObject({
    region: z.string(),
    bucket: z.string(),
    key: z.string(),
  }),
});
export type Contract = z.infer<typeof contractSchema>;
