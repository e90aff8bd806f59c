import * as assert from 'node:assert/strict';
import { capacity } from '../../../cli/gate/capacity';
import { readPlannedStack } from '../../../cli/gate/planned-stack';
import { unknownValue } from '../../../cli/preview/unknown';
import { jobs } from '../../../recovery/jobs';
import { quotas, type SeenQuota } from '../../../recovery/quotas';
import { now, planText, type Planned } from './support';

const stands = (type: string, name: string, inputs: object, sources: Planned['sources'] = {}): Planned => ({
  ...{ op: 'same', type, name, sources },
  before: { ...inputs },
  after: { ...inputs },
});
const vpc = stands('aws:ec2/vpc:Vpc', 'network-vpc', { cidrBlock: '10.21.0.0/16', region: 'us-west-2' });

/** A service of half a vCPU a task, as many as are wanted. */
function service(desiredCount: number, maxCapacity?: number): Planned[] {
  const task = stands('aws:ecs/taskDefinition:TaskDefinition', 'api-task', { family: 'api', cpu: '512' });
  const one = stands(
    'aws:ecs/service:Service',
    'api-service',
    { desiredCount, taskDefinition: unknownValue },
    { taskDefinition: [task] },
  );
  const scaling = stands(
    'aws:appautoscaling/target:Target',
    'api-scaling',
    { maxCapacity, resourceId: unknownValue },
    { resourceId: [one] },
  );
  return [task, one, ...(maxCapacity === undefined ? [] : [scaling])];
}

/** Every job of the promise, each in a task of a vCPU. */
function schedules(): Planned[] {
  const task = stands('aws:ecs/taskDefinition:TaskDefinition', 'backup-task', { family: 'backup', cpu: '1024' });
  return [
    task,
    ...Object.entries(jobs).map(([name, { schedule }]) =>
      stands(
        'aws:scheduler/schedule:Schedule',
        `backups-${name}`,
        { name, scheduleExpression: schedule.toAwsExpression(), target: {} },
        { target: [task] },
      ),
    ),
  ];
}

function facts(
  stacks: Readonly<Partial<Record<'primary' | 'dr', readonly Planned[]>>>,
  seen: readonly SeenQuota[] = [],
): string[] {
  const planned = Object.entries(stacks).map(([stack, resources]) =>
    readPlannedStack(stack, planText(stack, resources)),
  );
  const found = capacity(planned, now, seen);
  assert.ok(found.every(({ level, rule }) => level === 'advisory' && rule === 'dr-gate-capacity'));
  return found.map(({ fact }) => fact);
}

const needs = (needed: number, quota = 6): RegExp =>
  new RegExp(`us-west-2 has to hold ${needed} of "${quotas['fargate-vcpu'].name}" .* its quota is ${quota}`);

describe('the capacity of the region that takes over', () => {
  it('counts tasks as many as the serving site has or may have, not those of a standby', () => {
    assert.deepEqual(facts({ dr: [vpc, ...service(0)] }), []);
    assert.deepEqual(facts({ primary: service(12), dr: [vpc, ...service(0)] }), []);
    const [fact, ...more] = facts({ primary: service(13), dr: [vpc, ...service(0)] });
    assert.match(fact ?? '', needs(7));
    assert.deepEqual(more, []);
    assert.match(facts({ dr: [vpc, ...service(0, 20)] })[0] ?? '', needs(10));
  });

  it('counts the jobs that run at one moment: seven at midnight', () => {
    assert.match(facts({ dr: [vpc, ...schedules()] })[0] ?? '', needs(7));
  });

  it('holds addresses, ways out, networks and databases against their quotas', () => {
    const many = (count: number, type: string, sources: Planned['sources'] = {}) =>
      Array.from({ length: count }, (_, index) => stands(type, `one-${index}`, {}, sources));
    const subnet = stands('aws:ec2/subnet:Subnet', 'public-a', { availabilityZone: 'us-west-2a' });
    for (const [type, most, sources] of [
      ['aws:ec2/eip:Eip', 5, {}],
      ['aws:rds/instance:Instance', 40, {}],
      ['aws:ec2/natGateway:NatGateway', 5, { subnetId: [subnet] }],
      ['aws:ec2/vpc:Vpc', 4, {}],
    ] as const) {
      assert.deepEqual(facts({ dr: [vpc, subnet, ...many(most, type, sources)] }), [], type);
      assert.equal(facts({ dr: [vpc, subnet, ...many(most + 1, type, sources)] }).length, 1, type);
    }
  });

  it('believes what an operator has seen, more or less, of that region, for a quarter', () => {
    const seen = (value: number, more: Partial<SeenQuota> = {}): SeenQuota => ({
      ...{ region: 'us-west-2', quota: 'fargate-vcpu', value, seenOn: '2026-11-01' },
      ...more,
    });
    const needed = { primary: service(13), dr: [vpc, ...service(0)] };
    assert.deepEqual(facts(needed, [seen(7)]), []);
    assert.match(facts(needed, [seen(4)])[0] ?? '', /its quota is 4, seen on 2026-11-01/);
    assert.match(facts(needed, [seen(7, { region: 'us-east-1' })])[0] ?? '', needs(7));
    assert.match(facts(needed, [seen(7, { seenOn: '2026-08-01' })])[0] ?? '', /was seen on 2026-08-01/);
  });

  it('says nothing of a plan without dr', () => {
    assert.deepEqual(facts({ primary: [vpc, ...service(100)] }), []);
  });
});
