import { z } from 'zod';
import { sites } from './sites';

const instant = z.iso.datetime({ offset: true });
const site = z.enum(sites);

/** `role.json` in each of three control buckets; changed only by conditional writes in two of three. */
export const roleRecord = z.strictObject({
  version: z.literal(1),
  epoch: z.int().positive(),
  activeSite: site,
  generation: z.int().positive(),
  incident: z.string().nullable(),
  changedAt: instant,
});
export type RoleRecord = z.infer<typeof roleRecord>;

/** A beat as a database holds it. */
const beat = z.strictObject({
  epoch: z.int().positive(),
  sequence: z.int().nonnegative(),
  at: instant,
});
export type Beat = z.infer<typeof beat>;

/** Dataset -> the newest beat that its database holds; null before the first has arrived, no entry before it has answered. */
const beats = z.record(z.string(), beat.nullable());
export type Beats = z.infer<typeof beats>;

/** `heartbeat.json`: the newest beat of the active site's keeper, committed to the first database before it is written here. */
export const heartbeatRecord = z.strictObject({
  version: z.literal(2),
  site,
  epoch: z.int().positive(),
  sequence: z.int().nonnegative(),
  at: instant,
  /** What each database has committed. One that does not answer is behind, and holds up nobody. */
  databases: beats,
  /** Set once the keeper has seen a higher epoch and made its own database read-only. */
  fenced: z.boolean(),
  /** Epoch for which the cache has been rebuilt from the database, or null. */
  cacheSeededEpoch: z.int().positive().nullable(),
});
export type HeartbeatRecord = z.infer<typeof heartbeatRecord>;

/** `replay.json`: the newest beats that the standby's databases have replayed, as its keeper sees them. */
export const replayRecord = z.strictObject({
  version: z.literal(2),
  site,
  databases: beats,
  reportedAt: instant,
});
export type ReplayRecord = z.infer<typeof replayRecord>;

/** `guest-messages.json` in a site's own control bucket: it has been reconciled in this epoch, and may write to guests. */
export const guestMessagesRecord = z.strictObject({
  version: z.literal(1),
  epoch: z.int().positive(),
  openedAt: instant,
});

/** `failover/journal.json` in the control bucket of the site that takes over. */
export const journalRecord = z.strictObject({
  version: z.literal(1),
  incident: z.string(),
  cause: z.enum(['region-loss']),
  from: site,
  to: site,
  epoch: z.int().positive(),
  startedAt: instant,
  finishedAt: instant.nullable(),
  /** Who may act. Another orchestrator may take over when it has expired. */
  lease: z.strictObject({
    owner: z.string(),
    host: z.string(),
    pid: z.int(),
    expiresAt: instant,
  }),
  /**
   * Pulumi processes that orchestrators of this failover started and have not seen end. Only their
   * locks may be cancelled. With its start (clock ticks since boot) a pid names one process for good.
   */
  pulumi: z.array(z.strictObject({ host: z.string(), pid: z.int(), start: z.string() })),
  /** Seconds of acknowledged data that the standby has not got; null until measured. */
  lossSeconds: z.number().nonnegative().nullable(),
  steps: z.array(
    z.strictObject({
      id: z.string(),
      startedAt: instant,
      endedAt: instant.nullable(),
      outcome: z.enum(['running', 'done', 'failed']),
      detail: z.string(),
    }),
  ),
});
export type JournalRecord = z.infer<typeof journalRecord>;
