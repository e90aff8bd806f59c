import type { Resource, Stack } from '../../policy/resource';
import { ecs, rds, schedule as scheduleType, vpc } from '../../policy/types';
import { duration, Duration } from '../../recovery/duration';
import { inWords } from '../../recovery/duration-words';
import { mostAtOnce } from '../../recovery/jobs-at-once';
import { quotas, quotasReadOn, seenQuotas, type QuotaName, type SeenQuota } from '../../recovery/quotas';
import { scheduleOf } from '../../recovery/schedule-from-aws';
import { workload, type Workload } from '../../recovery/workload';
import { gateFinding, type GateFinding } from './finding';
import { stackUrn } from './pack-findings';
import type { PlannedStack } from './planned-stack';

const jobs: Workload['jobs'] = workload.jobs;
/** A number that was seen is as good as a drill: for a quarter. */
const goodFor = workload.drills['region-loss'].every;
/** A vCPU as Fargate writes it. */
const vcpu = 1_024;

/**
 * Whether the region of dr would give it what it needs once it serves: an advice, because nobody but AWS knows what
 * the account really has.
 */
export function capacity(
  stacks: readonly PlannedStack[],
  now: Date,
  seen: readonly SeenQuota[] = seenQuotas,
): GateFinding[] {
  const dr = stacks.find(({ plan }) => plan.stack === 'dr');
  const region = dr?.after.ofType(vpc.vpc)[0]?.region;
  if (dr === undefined || region === undefined) return [];
  const urn = stackUrn(dr);
  const needed = neededIn(
    dr.after,
    stacks.map(({ after }) => after),
  );
  return (Object.keys(quotas) as QuotaName[]).flatMap((name) => {
    const own = seen.find((one) => one.region === region && one.quota === name);
    return [...tooLittle(name, needed[name], own, region, urn), ...tooOld(name, own, now, urn)];
  });
}

const commandOf = (name: QuotaName, region: string): string =>
  `aws service-quotas get-service-quota --region ${region} --service-code ${quotas[name].service} --quota-code ${quotas[name].code}`;

function tooLittle(
  name: QuotaName,
  needed: number,
  own: SeenQuota | undefined,
  region: string,
  urn: string,
): GateFinding[] {
  const value = own?.value ?? quotas[name].byDefault;
  if (needed <= value) return [];
  const said = own === undefined ? `the default of AWS (noted on ${quotasReadOn})` : `seen on ${own.seenOn}`;
  return [
    advice(
      urn,
      `${region} has to hold ${needed} of "${quotas[name].name}" once dr serves, and its quota is ${value}, ${said}`,
      `ask AWS for more, look with \`${commandOf(name, region)}\`, and write what it says into recovery/quotas.ts`,
    ),
  ];
}

function tooOld(name: QuotaName, own: SeenQuota | undefined, now: Date, urn: string): GateFinding[] {
  if (own === undefined) return [];
  const age = Duration.ofMs(Math.max(0, now.getTime() - Date.parse(own.seenOn)));
  if (!age.isLongerThan(goodFor)) return [];
  return [
    advice(
      urn,
      `the quota "${quotas[name].name}" of ${own.region} was seen on ${own.seenOn}, and may have been changed since; it is looked at every ${inWords(goodFor)}`,
      `look with \`${commandOf(name, own.region)}\`, and write the day into recovery/quotas.ts`,
    ),
  ];
}

const advice = (urn: string, fact: string, fix: string): GateFinding =>
  gateFinding('dr-gate-capacity', urn, fact, fix, 'advisory');

/** What dr has, and tasks as many as the site that serves now may have. */
function neededIn(dr: Stack, all: readonly Stack[]): Readonly<Record<QuotaName, number>> {
  const zones = dr.ofType(vpc.nat).flatMap((gateway) => dr.behind(gateway, 'subnetId', vpc.subnet).map(zoneOf));
  return {
    'fargate-vcpu': Math.ceil((servicesOf(dr, all) + jobsOf(dr)) / vcpu),
    'rds-instances': dr.ofType(rds.instance).length,
    'elastic-ips': dr.ofType('aws:ec2/eip:Eip').length,
    'nat-gateways-in-a-zone': Math.max(0, ...zones.map((zone) => zones.filter((one) => one === zone).length)),
    vpcs: dr.ofType(vpc.vpc).length,
  };
}

const zoneOf = ({ inputs, urn }: Resource): string =>
  inputs.isUnknown('availabilityZone') ? urn : (inputs.text('availabilityZone') ?? urn);

const numberOf = ({ inputs }: Resource, property: string): number =>
  inputs.isUnknown(property) ? 0 : (inputs.number(property) ?? 0);

/** Fargate takes it as a text. */
const cpuOf = ({ inputs }: Resource): number => (inputs.isUnknown('cpu') ? 0 : Number(inputs.text('cpu') ?? 0));

const taskOf = (stack: Stack, one: Resource, property: string): number => {
  const [task] = stack.behind(one, property, ecs.task);
  return task === undefined ? 0 : cpuOf(task);
};

/** Every service at its highest number, in whichever of the sites that is said. */
function servicesOf(dr: Stack, all: readonly Stack[]): number {
  return dr.ofType(ecs.service).reduce((sum, service) => {
    const twins = all.flatMap((stack) =>
      stack
        .ofType(ecs.service)
        .filter(({ name }) => name === service.name)
        .map((twin) => mostTasks(stack, twin)),
    );
    return sum + taskOf(dr, service, 'taskDefinition') * Math.max(0, ...twins);
  }, 0);
}

const mostTasks = (stack: Stack, service: Resource): number =>
  Math.max(
    numberOf(service, 'desiredCount'),
    ...stack.beside(service, ecs.scaling, 'resourceId').map((scaling) => numberOf(scaling, 'maxCapacity')),
  );

/** Jobs are tasks too, and at midnight most of them start at once. */
function jobsOf(dr: Stack): number {
  const loads = dr.ofType(scheduleType).flatMap((job) => {
    if (job.inputs.isUnknown('scheduleExpression') || job.inputs.isUnknown('name')) return [];
    const schedule = scheduleOf(job.inputs.text('scheduleExpression') ?? '');
    const budget = jobs[job.inputs.text('name') ?? '']?.budget ?? duration('1m');
    return schedule === null ? [] : [{ schedule, budget, needs: taskOf(dr, job, 'target') }];
  });
  return mostAtOnce(loads);
}
