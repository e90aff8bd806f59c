import assert from 'node:assert/strict';
import * as http from 'node:http';
import * as https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { Endpoint } from '../../local/api';
import type { Machine } from '../../local/machine';
import { loadBalancer, type LoadBalancerPart } from '../../local/realised/load-balancer';
import type { RegionContext } from '../../local/supervisor/part';
import { ask, authorityOf, contextOf, emptyMachine, removeMachine, type Reply } from './support';

const region = 'us-east-1';
const never = new AbortController().signal;

interface Target extends Endpoint {
  ready: boolean;
  close(): Promise<void>;
}

/** A service that says its name; `/slow` takes 400 ms, and readiness is what the test wants. */
async function target(context: RegionContext, name: string): Promise<Target> {
  const server = http.createServer((request, response) => {
    if (request.url === '/health/ready') response.writeHead(made.ready ? 200 : 503).end();
    else if (request.url === '/slow') setTimeout(() => response.end(name), 400);
    else response.end(name);
  });
  const made: Target = {
    host: context.address,
    port: await context.freePort(),
    ready: true,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(made.port, made.host, resolve));
  return made;
}

describe('load balancer of a region', function () {
  this.timeout(30_000);
  let machine: Machine;
  let context: RegionContext;
  let part: LoadBalancerPart;
  let group: string;
  const targets: Target[] = [];
  const get = (path = '/', agent?: https.Agent): Promise<Reply> => {
    const where = { host: context.address, port: machine.file.listenerPort, path };
    return ask(machine, agent === undefined ? where : { ...where, agent });
  };
  const put = async (name: string): Promise<Target> => {
    const made = await target(context, name);
    targets.push(made);
    return made;
  };

  before(async () => {
    machine = await emptyMachine();
    context = contextOf(machine, region);
    part = loadBalancer(context);
    await part.start();
    await part.calls.putLoadBalancer({ name: 'api' });
    const check = { healthPath: '/health/ready', healthIntervalSeconds: 1, healthyThreshold: 2 };
    group = (await part.calls.putTargetGroup({ name: 'api', ...check })).arn;
    await part.calls.putListener({
      loadBalancer: 'api',
      port: machine.file.listenerPort,
      tls: true,
      otherwise: group,
    });
  });
  after(async () => {
    await Promise.all(targets.map((made) => made.close()));
    await part.stop();
    await removeMachine(machine);
  });

  it('answers 503 while no target is healthy', async () => {
    assert.equal((await get()).status, 503);
  });

  it('sends guests to a target only after its first good health check', async () => {
    const first = await put('first');
    first.ready = false;
    const registered = part.targets.register(group, first, never);
    await pause(400);
    assert.equal((await get()).status, 503);
    first.ready = true;
    await registered;
    assert.deepEqual(await get(), { status: 200, body: 'first' });
  });

  it('takes a killed target out, and its guests do not notice', async () => {
    const second = await put('second');
    await part.targets.register(group, second, never);
    const names = new Set((await Promise.all(Array.from({ length: 10 }, () => get()))).map((reply) => reply.body));
    assert.deepEqual([...names].sort(), ['first', 'second']);
    await second.close();
    for (let n = 0; n < 20; n += 1) assert.deepEqual(await get(), { status: 200, body: 'first' });
    await part.targets.deregister(group, second);
  });

  it('lets a leaving target finish what it holds', async () => {
    const third = await put('third');
    await part.targets.register(group, third, never);
    const slow = Array.from({ length: 4 }, () => get('/slow'));
    await pause(150);
    await part.targets.deregister(group, third);
    await third.close();
    assert.deepEqual([...new Set((await Promise.all(slow)).map((reply) => reply.status))], [200]);
  });

  it('drops no connection while it reloads', async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 4, ca: authorityOf(machine) });
    const statuses: number[] = [];
    let loading = true;
    const guests = Array.from({ length: 6 }, async (_, guest) => {
      while (loading) statuses.push((await get('/', guest < 3 ? undefined : agent)).status);
    });
    for (const healthyThreshold of [3, 4, 2]) {
      const check = { healthPath: '/health/ready', healthIntervalSeconds: 1, healthyThreshold };
      await part.calls.putTargetGroup({ name: 'api', ...check });
      await pause(150);
    }
    loading = false;
    await Promise.all(guests);
    agent.destroy();
    assert.ok(statuses.length > 50);
    assert.deepEqual([...new Set(statuses)], [200]);
  });

  it('gives the names that AWS gives, the same ones each time', async () => {
    const { arn, dnsName, address } = await part.calls.putLoadBalancer({ name: 'api' });
    const account = machine.file.accountId;
    assert.match(
      arn,
      new RegExp(`^arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/api/[0-9a-f]{16}$`),
    );
    assert.match(dnsName, /^api-\d{10}\.us-east-1\.elb\.amazonaws\.com$/);
    assert.equal(address, context.address);
    assert.equal((await part.calls.putLoadBalancer({ name: 'api' })).arn, arn);
  });

  it('rejects a second load balancer on the same port, and a group that is in use cannot go', async () => {
    await part.calls.putLoadBalancer({ name: 'other' });
    const listener = { loadBalancer: 'other', port: machine.file.listenerPort, tls: true, otherwise: group };
    await assert.rejects(part.calls.putListener(listener), { code: 'DuplicateListener' });
    await assert.rejects(part.calls.deleteTargetGroup({ name: 'api' }), { code: 'ResourceInUse' });
    await assert.rejects(part.calls.deleteLoadBalancer({ name: 'api' }), { code: 'ResourceInUse' });
    assert.equal((await get()).status, 200);
  });

  it('comes back with its targets when HAProxy is killed', async () => {
    const pid = part.status()[0]?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    const deadline = Date.now() + 10_000;
    let status = 0;
    while (status !== 200 && Date.now() < deadline) {
      await pause(50);
      status = (await get().catch(() => ({ status: 0 }))).status;
    }
    assert.equal(status, 200);
  });
});
