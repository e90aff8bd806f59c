import * as assert from 'node:assert/strict';
import type { Rollout } from '../../components/rollout';
import { Service, type ServiceArgs } from '../../components/service';
import { duration } from '../../recovery/duration';
import { ask, only, providerOptions, type Asked } from './support';
import { plainService } from './task-support';

const service = (changes: Partial<ServiceArgs> = {}): Promise<Asked[]> =>
  ask(() => {
    new Service('agente-api', { ...plainService, ...changes }, providerOptions());
  });
const asService = async (changes: Partial<ServiceArgs> = {}): Promise<Asked['inputs']> =>
  only(await service(changes), 'aws:ecs/service:Service').inputs;

const blueGreen: Rollout = {
  kind: 'blue-green',
  entrance: {
    targetGroupArn: 'arn:blue',
    alternateTargetGroupArn: 'arn:green',
    productionRuleArn: 'arn:production',
    testRuleArn: 'arn:test',
    roleArn: 'arn:shift',
    alarmNames: ['agente-api-errors'],
  },
  bake: duration('5m'),
};

describe('Service', () => {
  it('starts the new tasks beside the old ones, and lets ECS move the guests between two target groups', async () => {
    const inputs = await asService({ port: 8000, rollout: blueGreen });
    assert.deepEqual(inputs['deploymentConfiguration'], { strategy: 'BLUE_GREEN', bakeTimeInMinutes: '5' });
    assert.deepEqual(inputs['loadBalancers'], [
      {
        targetGroupArn: 'arn:blue',
        containerName: 'agente-api',
        containerPort: 8000,
        advancedConfiguration: {
          alternateTargetGroupArn: 'arn:green',
          productionListenerRule: 'arn:production',
          testListenerRule: 'arn:test',
          roleArn: 'arn:shift',
        },
      },
    ]);
  });

  it('goes back by itself from a rollout that does not start, and from one that raises an alarm', async () => {
    const inputs = await asService({ port: 8000, rollout: blueGreen });
    assert.deepEqual(inputs['deploymentCircuitBreaker'], { enable: true, rollback: true });
    assert.deepEqual(inputs['alarms'], { enable: true, rollback: true, alarmNames: ['agente-api-errors'] });
  });

  it('differs between no task and two by their number alone', async () => {
    const changes = { port: 8000, rollout: blueGreen, scaling: { min: 0, max: 6 } };
    const [none, two] = [await asService({ ...changes, tasks: 0 }), await asService({ ...changes, tasks: 2 })];
    assert.deepEqual({ ...none, desiredCount: 2 }, two);
  });

  it('never runs a single task twice, and needs no load balancer for it', async () => {
    const inputs = await asService();
    assert.deepEqual(
      [inputs['deploymentMinimumHealthyPercent'], inputs['deploymentMaximumPercent'], inputs['loadBalancers']],
      [0, 100, undefined],
    );
    // ECS refuses rebalancing where no more than 100 % may run.
    assert.equal(inputs['availabilityZoneRebalancing'], 'DISABLED');
  });

  it('never has fewer tasks than wished while an overlapping rollout goes on', async () => {
    const inputs = await asService({ rollout: { kind: 'overlap' } });
    assert.deepEqual([inputs['deploymentMinimumHealthyPercent'], inputs['deploymentMaximumPercent']], [100, 200]);
  });

  it('scales between the bounds it is given, and only then', async () => {
    assert.equal(
      (await service()).some(({ type }) => type.startsWith('aws:appautoscaling')),
      false,
    );
    const scaled = await service({ scaling: { min: 2, max: 6 } });
    const { inputs, parent } = only(scaled, 'aws:appautoscaling/target:Target');
    assert.deepEqual([inputs['minCapacity'], inputs['maxCapacity'], parent], [2, 6, 'agente-api']);
    assert.equal(inputs['resourceId'], 'service/agente-dr-primary/agente-api');
  });

  it('has no address that the internet can reach', async () => {
    assert.deepEqual((await asService())['networkConfiguration'], {
      subnets: ['a', 'b', 'c'],
      securityGroups: ['tasks'],
      assignPublicIp: false,
    });
  });

  it('rejects guests for a task that listens nowhere', async () => {
    await assert.rejects(service({ rollout: blueGreen }), /guests are sent to agente-api, which listens nowhere/);
  });
});
