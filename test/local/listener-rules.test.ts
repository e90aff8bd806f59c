import assert from 'node:assert/strict';
import * as http from 'node:http';
import type { Endpoint } from '../../local/api';
import type { Machine } from '../../local/machine';
import { loadBalancer, type LoadBalancerPart } from '../../local/realised/load-balancer';
import type { RegionContext } from '../../local/supervisor/part';
import { ask, contextOf, emptyMachine, removeMachine, type Reply } from './support';

const check = { healthPath: '/health/ready', healthIntervalSeconds: 1, healthyThreshold: 1 };
const next = { name: 'x-agente-rollout', values: ['next'] };

describe('rules of a listener of a region', function () {
  this.timeout(30_000);
  let machine: Machine;
  let context: RegionContext;
  let part: LoadBalancerPart;
  let listener: string;
  const servers: http.Server[] = [];
  const groups: Record<string, string> = {};
  const get = (path: string, headers: Record<string, string> = {}): Promise<Reply> =>
    ask(machine, { host: context.address, port: machine.file.listenerPort, path, headers });

  /** A target group of one target that says the group's name. */
  async function group(name: string): Promise<void> {
    const server = http.createServer((_request, response) => response.end(name));
    servers.push(server);
    const target: Endpoint = { host: context.address, port: await context.freePort() };
    await new Promise<void>((resolve) => server.listen(target.port, target.host, resolve));
    const { arn } = await part.calls.putTargetGroup({ name, ...check });
    groups[name] = arn;
  }

  const rule = (
    priority: number,
    path: string,
    [first, second]: readonly [string, string],
    more: { readonly arn?: string; readonly headers?: readonly (typeof next)[] } = {},
  ): Promise<{ arn: string }> =>
    part.calls.putListenerRule({
      arn: more.arn ?? null,
      listener,
      priority,
      paths: [path],
      headers: more.headers ?? [],
      targets: [
        { group: groups[first] ?? first, weight: 100 },
        { group: groups[second] ?? second, weight: 0 },
      ],
    });

  before(async () => {
    machine = await emptyMachine();
    context = contextOf(machine, 'us-east-1');
    part = loadBalancer(context);
    await part.start();
    await part.calls.putLoadBalancer({ name: 'site' });
    const made = await part.calls.putListener({
      loadBalancer: 'site',
      port: machine.file.listenerPort,
      tls: true,
      otherwise: { answer: 404 },
    });
    listener = made.arn;
    for (const name of ['blue', 'green', 'pms']) await group(name);
  });
  after(async () => {
    for (const server of servers) server.closeAllConnections();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    await part.stop();
    await removeMachine(machine);
  });

  it('answer for themselves where no rule takes a request', async () => {
    assert.equal((await get('/')).status, 404);
  });

  it('are asked by priority, so that a narrow path comes before a wide one', async () => {
    await rule(100, '/*', ['blue', 'green']);
    await rule(90, '/pms/*', ['pms', 'green']);
    for (const [index, name] of ['blue', 'green', 'pms'].entries()) {
      const port = (servers[index]?.address() as { port: number }).port;
      await part.targets.register(groups[name] ?? '', { host: context.address, port }, AbortSignal.timeout(5_000));
    }
    assert.equal((await get('/api/v1/reservations')).body, 'blue');
    assert.equal((await get('/pms/rooms')).body, 'pms');
    assert.equal((await get('/pmsx')).body, 'blue');
  });

  it('send the header of a rollout to the tasks that guests do not see yet', async () => {
    await rule(99, '/*', ['green', 'blue'], { headers: [next] });
    assert.equal((await get('/', { 'x-agente-rollout': 'next' })).body, 'green');
    assert.equal((await get('/', { 'x-agente-rollout': 'other' })).body, 'blue');
    assert.equal((await get('/')).body, 'blue');
  });

  it('move all guests when their weights change, and keep their name', async () => {
    const { arn } = await rule(100, '/*', ['blue', 'green']);
    assert.match(arn, /:listener-rule\/app\/site\/[0-9a-f]{16}\/[0-9a-f]{16}\/[0-9a-f]{16}$/);
    assert.equal((await rule(100, '/*', ['green', 'blue'], { arn })).arn, arn);
    assert.equal((await get('/')).body, 'green');
    await rule(100, '/*', ['blue', 'green'], { arn });
    assert.equal((await get('/')).body, 'blue');
  });

  it('rejects a priority that is taken, an unknown listener or group, and a share for each of two groups', async () => {
    const taken = await rule(90, '/other', ['blue', 'green'], { arn: `${listener}/other` }).catch(
      (error: unknown) => error,
    );
    assert.equal((taken as { code?: string }).code, 'PriorityInUse');
    await assert.rejects(rule(91, '/*', ['missing', 'green']), { code: 'TargetGroupNotFound' });
    const params = { arn: null, listener: 'missing', priority: 1, paths: ['/*'], headers: [] };
    await assert.rejects(part.calls.putListenerRule({ ...params, targets: [] }), { code: 'ListenerNotFound' });
    const both = [
      { group: groups['blue'] ?? '', weight: 50 },
      { group: groups['green'] ?? '', weight: 50 },
    ];
    await assert.rejects(part.calls.putListenerRule({ ...params, listener, targets: both }), {
      code: 'ValidationError',
    });
  });

  it('rejects a listener of a load balancer that is not there', async () => {
    const port = await context.freePort();
    const params = { loadBalancer: 'missing', port, tls: true, otherwise: { answer: 404 } };
    await assert.rejects(part.calls.putListener(params), { code: 'LoadBalancerNotFound' });
  });

  it('rejects to lead guests by a rule that is not there', async () => {
    const lead = part.targets.lead(`${listener}/missing`, groups['green'] ?? '');
    await assert.rejects(lead, { code: 'RuleNotFound' });
    assert.equal((await get('/')).body, 'blue');
  });

  it('rejects to delete a group that a rule may send requests to', async () => {
    await assert.rejects(part.calls.deleteTargetGroup({ name: 'green' }), { code: 'ResourceInUse' });
  });
});
