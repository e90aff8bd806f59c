import { duration } from '../duration';
import type { Scenario, Step } from '../scenario';
import { regionLoss } from '../tiers';

const steps = [
  {
    id: 'detect',
    title: 'Notice that bookings fail',
    actor: 'observer',
    budget: duration('5m'),
    check: 'three bookings in a row have failed',
  },
  {
    id: 'assess',
    title: 'Read the witnesses and measure the loss',
    actor: 'failover',
    budget: duration('10m'),
    check: 'the primary does not answer, and the loss is within the objective or accepted by name',
  },
  {
    id: 'fence',
    title: 'Raise the epoch in two of three witnesses',
    actor: 'failover',
    budget: duration('5m'),
    check: 'two witnesses name this site and the new epoch',
  },
  {
    id: 'promote',
    title: 'Promote the database and start the services (pulumi up)',
    actor: 'failover',
    budget: duration('90m'),
    check: 'pulumi up has ended, and the stack says active',
    irreversible: true,
  },
  {
    id: 'verify',
    title: 'Book a room through the load balancer',
    actor: 'failover',
    budget: duration('20m'),
    check: 'a booking is acknowledged and can be read back',
    irreversible: true,
  },
  {
    id: 'redirect',
    title: 'Write the signal object, so that DNS answers with this region',
    actor: 'failover',
    budget: duration('5m'),
    check: 'the signal object can be read without credentials',
    irreversible: true,
  },
  {
    id: 'confirm',
    title: 'Book a room through the public name',
    actor: 'failover',
    budget: duration('15m'),
    check: 'the name resolves to this region, and a booking through it is acknowledged',
    irreversible: true,
  },
  {
    id: 'protect',
    title: 'Prove a recovery point on the new site',
    actor: 'failover',
    budget: duration('60m'),
    check: 'the new site has a restorable time later than its promotion',
    irreversible: true,
  },
] as const satisfies readonly Step[];

export type RegionLossStep = (typeof steps)[number]['id'];

/** The row of a step. */
export function regionLossStep(id: RegionLossStep): Step<RegionLossStep> {
  const step = steps.find((candidate) => candidate.id === id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
}

/** A region is lost: the other one takes over (procedure, scenario 3). */
export const regionLossScenario: Scenario<RegionLossStep> = {
  id: 'region-loss',
  title: 'The primary region is lost',
  objective: regionLoss,
  steps,
  local: {
    rto: duration('150s'),
    firstSuccess: duration('120s'),
    ownWork: duration('20s'),
    rpo: { postgres: duration('1s'), redis: duration('2s') },
  },
};
