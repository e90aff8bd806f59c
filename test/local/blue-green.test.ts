import assert from 'node:assert/strict';
import * as https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { duration } from '../../recovery/duration';
import type { BlueGreen, ServiceSpec } from '../../local/api';
import type { Machine } from '../../local/machine';
import { loadBalancer, type LoadBalancerPart } from '../../local/realised/load-balancer';
import { tasks } from '../../local/realised/tasks';
import { ask, authorityOf, contextOf, emptyMachine, noFiles, noImages, removeMachine } from './support';

const region = 'us-east-1';
const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/whatsapp@sha256:0';

describe('a blue-green deployment in a region', function () {
  this.timeout(90_000);
  let machine: Machine;
  let balancer: LoadBalancerPart;
  let fleet: ReturnType<typeof tasks>;
  let groups: { arn: string }[];
  let blueGreen: BlueGreen;
  let agent: https.Agent;

  /** Each definition answers with another site's name, so that the answer tells which one is asked. */
  const define = async (site: string): Promise<string> => {
    const store = { DATABASE_HOST: 'x', DATABASE_PORT: '1', DATABASE_NAME: 'x', DATABASE_USER: 'x' };
    const environment = {
      ...store,
      DATABASE_PASSWORD: 'x',
      REDIS_HOST: 'x',
      REDIS_PORT: '1',
      SITE: site,
      CONTROL_BUCKETS: 'a=b,c=d,e=f',
    };
    const container = { name: 'api', image, command: [], port: 8000, environment, secrets: {}, mounts: [] };
    return (await fleet.calls.registerTaskDefinition({ family: 'api', containers: [container], volumes: [] })).arn;
  };
  const put = (taskDefinition: string, desiredCount: number, bakeMinutes = 0): Promise<{ runningCount: number }> => {
    const targetGroup = { arn: groups[0]?.arn ?? '', container: 'api', port: 8000 };
    const spec: ServiceSpec = {
      ...{ cluster: 'agente', name: 'api', taskDefinition, desiredCount, targetGroup, waitForSteadyState: true },
      blueGreen: { ...blueGreen, bakeMinutes },
    };
    return fleet.calls.putService(spec);
  };
  const answerOf = async (headers: Record<string, string> = {}): Promise<string> => {
    const place = { host: machine.address(region), port: machine.file.listenerPort, path: '/health/live' };
    const reply = await ask(machine, { ...place, headers, agent });
    return reply.status === 200 ? (JSON.parse(reply.body) as { site: string }).site : String(reply.status);
  };
  const leads = (group: number): boolean =>
    balancer.targets.leadsTo(blueGreen.productionRule, groups[group]?.arn ?? '');

  before(async () => {
    machine = await emptyMachine();
    const context = contextOf(machine, region);
    balancer = loadBalancer(context);
    fleet = tasks(
      context,
      balancer.targets,
      { secrets: { resolve: () => '' }, images: noImages, files: noFiles },
      duration('15s'),
    );
    agent = new https.Agent({ keepAlive: true, ca: authorityOf(machine) });
    await balancer.start();
    await balancer.calls.putLoadBalancer({ name: 'site' });
    const check = { healthPath: '/health/live', healthIntervalSeconds: 1, healthyThreshold: 1 };
    groups = [
      await balancer.calls.putTargetGroup({ name: 'blue', ...check }),
      await balancer.calls.putTargetGroup({ name: 'green', ...check }),
    ];
    const { arn: listener } = await balancer.calls.putListener({
      ...{ loadBalancer: 'site', port: machine.file.listenerPort, tls: true, otherwise: { answer: 404 } },
    });
    const [blue = '', green = ''] = groups.map(({ arn }) => arn);
    const common = { arn: null, listener, paths: ['/*'] };
    const next = [{ name: 'x-agente-rollout', values: ['next'] }];
    const production = await balancer.calls.putListenerRule({
      ...{ ...common, priority: 10, headers: [] },
      targets: [
        { group: blue, weight: 100 },
        { group: green, weight: 0 },
      ],
    });
    const test = await balancer.calls.putListenerRule({
      ...{ ...common, priority: 9, headers: next },
      targets: [{ group: green, weight: 100 }],
    });
    const rules = { productionRule: production.arn, testRule: test.arn };
    blueGreen = { alternateTargetGroup: green, ...rules, bakeMinutes: 0 };
  });
  after(async () => {
    agent.destroy();
    await fleet.stop();
    await balancer.stop();
    await removeMachine(machine);
  });

  it('is none where nothing is replaced: a service that is raised from zero is up without a bake', async () => {
    const first = await define('primary');
    await put(first, 0, 600);
    assert.deepEqual(await put(first, 2, 600), { runningCount: 2 });
    assert.equal(await answerOf(), 'primary');
    assert.ok(leads(0));
  });

  it('moves all guests at once, also on kept connections, and fails none of them', async () => {
    const second = await define('dr');
    const seen: string[] = [];
    let asking = true;
    const guests = Array.from({ length: 4 }, async () => {
      while (asking) seen.push(await answerOf());
    });
    await put(second, 2, 1);
    asking = false;
    await Promise.all(guests);
    assert.deepEqual([...new Set(seen)], ['primary', 'dr']);
    assert.ok(leads(1));
    assert.equal(await answerOf(), 'dr');
    assert.equal(fleet.status().length, 2);
  });

  it('lets the old tasks stand by while it bakes, says for how long, and takes the guests back when a new one ends', async () => {
    const third = await define('primary');
    const deploying = put(third, 2, 30);
    deploying.catch(() => undefined);
    const phase = (): string | undefined => fleet.status().find(({ kind }) => kind === 'deployment')?.detail;
    while (phase() === undefined) await pause(50);
    assert.equal(phase(), 'the old tasks stand by for 30 s here, for 30 min on AWS');
    assert.equal(await answerOf(), 'primary');
    const fresh = fleet.status().filter(({ kind, detail }) => kind === 'task' && detail.startsWith('api:3'));
    assert.deepEqual([fresh.length, fleet.status().length], [2, 5]);
    process.kill(fresh[0]?.pid ?? 0, 'SIGKILL');
    await assert.rejects(deploying, { code: 'ServiceNotSteady' });
    assert.equal(await answerOf(), 'dr');
    assert.deepEqual(
      fleet.status().map(({ detail }) => detail.split(' ')[0]),
      ['api:2', 'api:2'],
    );
  });

  it('shows nobody a version that does not get healthy', async () => {
    const broken = await define('nowhere');
    await assert.rejects(put(broken, 1, 1));
    assert.equal(await answerOf(), 'dr');
    assert.ok(leads(1));
  });

  it('scales in the group that has the guests', async () => {
    const second = fleet.status()[0]?.detail.split(' ')[0] ?? '';
    await put(second, 3);
    assert.equal(fleet.status().length, 3);
    await put(second, 0);
    assert.equal(await answerOf(), '503');
    await put(second, 1);
    assert.equal(await answerOf(), 'dr');
  });
});
