import { duration } from '../duration';
import type { Scenario, Step } from '../scenario';
import type { Site } from '../sites';
import { regionLoss } from '../tiers';

const steps = [
  {
    id: 'detect',
    title: 'Notice that bookings fail',
    part: 'detect',
    actor: 'observer',
    budget: duration('5m'),
    check: 'three bookings in a row have failed',
  },
  {
    id: 'assess',
    title: 'Read the witnesses and measure the loss',
    part: 'decide',
    actor: 'failover',
    budget: duration('10m'),
    check: 'the primary does not answer, and the loss is within the objective or accepted by name',
  },
  {
    id: 'fence',
    title: 'Raise the epoch in two of three witnesses',
    part: 'prepare',
    actor: 'failover',
    budget: duration('5m'),
    check: 'two witnesses name this site and the new epoch',
  },
  {
    id: 'promote',
    title: 'Promote the database and start the services (pulumi up)',
    part: 'restore',
    actor: 'failover',
    budget: duration('90m'),
    check: 'pulumi up has ended, and the stack says active',
    irreversible: true,
  },
  {
    id: 'verify',
    title: 'Book a room through the load balancer',
    part: 'verify',
    actor: 'failover',
    budget: duration('20m'),
    check: 'a booking is acknowledged and can be read back',
    irreversible: true,
  },
  {
    id: 'redirect',
    title: 'Write the signal object, so that DNS answers with this region',
    part: 'redirect',
    actor: 'failover',
    budget: duration('5m'),
    check: 'the signal object can be read without credentials',
    irreversible: true,
  },
  {
    id: 'confirm',
    title: 'Book a room through the public name',
    part: 'redirect',
    actor: 'failover',
    budget: duration('15m'),
    check: 'the name resolves to this region, and a booking through it is acknowledged',
    irreversible: true,
  },
  {
    id: 'protect',
    title: 'Prove a recovery point on the new site',
    part: 'protect',
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

/** What differs when the guests come back to the first site: without the signal they are there. */
const wayBack: Readonly<Partial<Record<RegionLossStep, Pick<Step, 'title' | 'check'>>>> = {
  assess: {
    title: 'Read the witnesses and measure the loss',
    check: 'dr does not answer or is given up by name, and the loss is within the objective or accepted by name',
  },
  redirect: {
    title: 'Delete the signal object, so that DNS answers with this region',
    check: 'the signal object cannot be found without credentials',
  },
};

/** The steps by which a site takes over. */
export function regionLossSteps(site: Site): readonly Step<RegionLossStep>[] {
  return site === 'dr' ? steps : steps.map((step) => ({ ...step, ...wayBack[step.id] }));
}

/** A region is lost: the other one takes over (procedure, scenario 3). */
export const regionLossScenario: Scenario<RegionLossStep> = {
  id: 'region-loss',
  title: 'The primary region is lost',
  disruption: 'region',
  objective: regionLoss,
  loss: null,
  steps,
  local: {
    rto: duration('150s'),
    firstSuccess: duration('120s'),
    ownWork: duration('20s'),
    rpo: { postgres: duration('1s'), redis: duration('2s'), pms: duration('3s') },
  },
};
