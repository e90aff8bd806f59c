import { z } from 'zod';

/** One thing that a validation looked at. */
const checkSchema = z.strictObject({
  /** `rows`, `foreign-keys`, `amcheck`, `ledger`, `query`, `freshness`, `point-in-time`. */
  name: z.string().min(1),
  status: z.enum(['passed', 'failed', 'left-out']),
  /** The number against the number, or why it was left out. */
  fact: z.string(),
});

/** What a restore into a throw-away server showed. */
export const validationSchema = z.strictObject({
  version: z.literal(1),
  point: z.string().min(1),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  status: z.enum(['success', 'failed']),
  checks: z.array(checkSchema),
  /** Seconds that the restore alone took: what the forecast of recovery times feeds on. */
  restoreSeconds: z.number().nonnegative(),
  bytes: z.int().nonnegative(),
});
export type Validation = z.infer<typeof validationSchema>;
export type Check = Validation['checks'][number];
