import { z } from 'zod';
import { metrics } from './alarm';
import { engines } from './dataset';
import { disruptions } from './disruption';
import { Duration } from './duration';
import { mechanisms, type Mechanism } from './mechanisms';
import { recoveryParts, type RecoveryPath } from './recovery-path';
import { stepParts } from './runbook';
import { Schedule } from './schedule';
import { tiers, type Tier } from './tiers';
import type { WrittenWorkload } from './written-workload';

/** Either the value itself, out of a table in TypeScript, or its text, out of one in JSON. */
function written<Value>(kind: new (...never: never[]) => Value, parse: (text: string) => Value, what: string) {
  return z.unknown().transform((given, context): Value => {
    if (given instanceof kind) return given;
    try {
      if (typeof given === 'string') return parse(given);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
    context.addIssue({ code: 'custom', message: `expected ${what}` });
    return z.NEVER;
  });
}

// The constructors are private; to ask what something is an instance of they need not be called.
const length = written(Duration as never, (text) => Duration.parse(text), 'a length of time such as "15m"');
const schedule = written(Schedule as never, readSchedule, 'five fields of cron');

function readSchedule(text: string): Schedule {
  const fields = text.trim().split(/\s+/);
  return fields.length === 6 ? Schedule.cron(fields.slice(0, 5).join(' '), fields[5]) : Schedule.cron(text);
}

const tier = z.literal(Object.keys(tiers).map((text) => Number(text) as Tier));
const mechanism = z.enum(Object.keys(mechanisms) as [Mechanism, ...Mechanism[]]);
const byJob = z.strictObject({ job: z.string() });
const objective = z.strictObject({ rto: length, rpo: length });

const offSite = z.strictObject({
  by: z.union([z.literal('replication'), byJob]).nullable(),
  delay: length,
  keep: length,
});
const snapshot = z.strictObject({
  kind: z.literal('snapshot'),
  mechanism,
  taken: z.union([byJob, z.strictObject({ every: length })]),
  keep: length,
  offSite: offSite.nullable(),
});
const continuous = z.strictObject({
  kind: z.literal('continuous'),
  mechanism,
  shipped: z.union([byJob, z.strictObject({ every: length }), z.literal('when-full')]),
  window: length,
  base: snapshot,
  offSite: offSite.nullable(),
});
const versioned = z.strictObject({
  kind: z.literal('versioned'),
  mechanism,
  keep: length,
  offSite: offSite.nullable(),
});
const backup = z.discriminatedUnion('kind', [snapshot, continuous, versioned]);
const replica = z.strictObject({
  kind: z.literal('replica'),
  mechanism,
  where: z.enum(['zone', 'region']),
  maxLag: length,
  with: backup.nullable(),
});
const rebuilt = z.strictObject({ kind: z.literal('rebuilt'), from: z.string(), with: backup.nullable() });
const protection = z.discriminatedUnion('kind', [snapshot, continuous, versioned, replica, rebuilt]);
const path = z.strictObject(
  Object.fromEntries(recoveryParts.map((part) => [part, length])) as Record<keyof RecoveryPath, typeof length>,
);

type Rows = { readonly [Table in keyof WrittenWorkload]: z.ZodType<WrittenWorkload[Table][string]> };

/** What a row of each table may say. */
export const rowSchemas: Rows = {
  datasets: z.strictObject({
    tier,
    engine: z.enum(engines),
    size: z.strictObject({ gib: z.number().nonnegative(), gibPerMonth: z.number().nonnegative() }),
    protection: protection.nullable(),
    also: z.array(backup),
    noticedWithin: length.nullable(),
    recovery: z.strictObject({ data: path, zone: path, region: path }).nullable(),
  }),
  services: z.strictObject({ tier, needs: z.array(z.string()).nullable() }),
  jobs: z.strictObject({
    dataset: z.string(),
    command: z.array(z.string()).min(1),
    schedule,
    budget: length,
    role: z.enum(['backup', 'restore', 'validate']),
  }),
  runbooks: z.object({
    title: z.string(),
    disruption: z.enum(disruptions),
    objective,
    steps: z.array(z.object({ id: z.string(), title: z.string(), part: z.enum(stepParts), budget: length })).min(1),
    loss: length.nullable(),
  }),
  procedures: z.strictObject({ dataset: z.string(), title: z.string(), reads: mechanism, rto: length, rpo: length }),
  alarms: z.strictObject({
    dataset: z.string(),
    metric: z.enum(metrics),
    threshold: z.union([z.number(), length]),
    sustained: length,
    why: z.string(),
  }),
  drills: z.strictObject({ title: z.string(), tiers: z.array(tier), every: length }),
};
