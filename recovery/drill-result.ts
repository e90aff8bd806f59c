import { z } from 'zod';

const seconds = z.number().nonnegative();

/** What a drill measured. The file of this shape is the evidence. */
export const drillResultSchema = z.strictObject({
  version: z.literal(1),
  scenario: z.string(),
  target: z.enum(['local', 'aws']),
  verdict: z.enum(['passed', 'failed']),
  /** Why the verdict is failed; empty when it is passed. */
  reasons: z.array(z.string()),
  startedAt: z.iso.datetime({ offset: true }),
  faultAt: z.iso.datetime({ offset: true }).nullable(),
  rto: z.strictObject({
    /** From the fault until 99 % of bookings had succeeded for 30 s; null when that never came. */
    seconds: seconds.nullable(),
    /** From the fault until the first booking succeeded on the other site. */
    firstSuccessSeconds: seconds.nullable(),
    /** From the third failed booking until the signal object was written. */
    ownWorkSeconds: seconds.nullable(),
    objectiveSeconds: seconds,
    /** Bounds for regions on one machine: of `seconds`, `firstSuccessSeconds` and `ownWorkSeconds`. */
    localBoundSeconds: seconds,
    firstSuccessBoundSeconds: seconds,
    ownWorkBoundSeconds: seconds,
  }),
  stores: z.array(
    z.strictObject({
      name: z.string(),
      engine: z.string(),
      /** Writes that a guest was told are safe. */
      acknowledged: z.int().nonnegative(),
      lost: z.int().nonnegative(),
      /** From the first lost acknowledgement until the fault; 0 when nothing is lost. */
      lostSeconds: seconds,
      objectiveSeconds: seconds,
      localBoundSeconds: seconds,
    }),
  ),
  steps: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      budgetSeconds: seconds,
      /** Seconds from the fault; null when the step was not reached. */
      startSeconds: z.number().nullable(),
      seconds: seconds.nullable(),
      outcome: z.enum(['done', 'failed', 'not-reached']),
    }),
  ),
  /** Guests, and the bookings that were acknowledged per second before the fault. */
  load: z.strictObject({ clients: z.int(), bookingsPerSecond: seconds }),
  /** One point a second from the fault: bookings tried and acknowledged. */
  timeline: z.array(z.strictObject({ second: z.int(), tried: z.int(), acknowledged: z.int() })),
  /** How many times faster than shipped the DNS clock ran (TTL, check interval); 1 in a drill that counts. */
  timeScale: z.number().min(1),
  /** Faults that were added on purpose, to calibrate the meter or to see the drill fail. */
  injected: z.strictObject({ linkCutSeconds: seconds.nullable(), regionSpared: z.boolean() }),
  /** What was done before and after, for the one who waits for it. */
  phases: z.array(z.strictObject({ id: z.string(), title: z.string(), seconds })),
  /** Largest memory of the failover command and everything it started. */
  peakMemoryMb: z.number().nullable(),
  versions: z.record(z.string(), z.string()),
});
export type DrillResult = z.infer<typeof drillResultSchema>;
