import { z } from 'zod';
import { disruptions } from '../../recovery/disruption';
import { effects } from './effect';
import { operations } from './stack-plan';

/** What a disruption costs a store at the most, in words. */
const worst = z.strictObject({ loss: z.string(), recovery: z.string() });
export type Worst = z.infer<typeof worst>;

/** The worst case of a store before and after; null where nothing stands. */
const prospect = z.strictObject({
  dataset: z.string(),
  tier: z.int().positive(),
  disruption: z.enum(disruptions),
  promise: worst,
  before: worst.nullable(),
  after: worst.nullable(),
  broken: z.boolean(),
});
export type Prospect = z.infer<typeof prospect>;

/** One change of a plan, and what it does to recovery. */
const change = z.strictObject({
  stack: z.string(),
  name: z.string(),
  type: z.string(),
  operation: z.enum(operations).exclude(['same']),
  effect: z.enum(effects),
  /** Each property that differs, with its values for people; a secret has none. */
  properties: z.array(z.strictObject({ name: z.string(), effect: z.enum(effects), text: z.string() })),
  /** What else is lost: a protection against deletion. */
  note: z.string().nullable(),
});
export type Change = z.infer<typeof change>;

/** A difference between the sites that nobody has declared, or a declared one that is over or not there. */
const parityFinding = z.strictObject({ what: z.string(), fact: z.string() });
export type ParityFinding = z.infer<typeof parityFinding>;

/** What `agente-dr preview --json` prints. Other programs read it: another shape is another version. */
export const previewReportSchema = z.strictObject({
  version: z.literal(1),
  /** What was previewed; a stack that was not is taken as declared. */
  stacks: z.array(z.strictObject({ stack: z.string(), counts: z.record(z.enum(operations), z.int().nonnegative()) })),
  changes: z.array(change),
  prospects: z.array(prospect),
  /** What breaks a promise after the change. */
  faults: z.array(z.strictObject({ code: z.string(), path: z.string(), fact: z.string(), fix: z.string() })),
  parity: z.array(parityFinding),
  verdict: z.enum(['kept', 'broken']),
});
export type PreviewReport = z.infer<typeof previewReportSchema>;
