import { z } from 'zod';

/**
 * What the source itself held in the snapshot of a recovery point, counted on the source and kept apart
 * from the manifest: what a restore is held against.
 */
export const censusSchema = z.strictObject({
  version: z.literal(1),
  takenAt: z.iso.datetime(),
  /**
   * Rows by table (`public.sessions`), or keys by database (`db0`). `most` differs from `least` where the
   * source went on writing between the count and the snapshot.
   */
  counts: z.record(z.string(), z.strictObject({ least: z.int().nonnegative(), most: z.int().nonnegative() })),
  /** Newest `created_at` by table, of the tables that have one; null for an empty table. */
  newest: z.record(z.string(), z.iso.datetime().nullable()),
});
export type Census = z.infer<typeof censusSchema>;
