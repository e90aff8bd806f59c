import assert from 'node:assert/strict';
import * as https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { duration } from '../../recovery/duration';
import type { Endpoint, ServiceSpec, TaskDefinition } from '../../local/api';
import type { Machine } from '../../local/machine';
import { cache } from '../../local/realised/cache';
import { database } from '../../local/realised/database';
import { loadBalancer, type LoadBalancerPart } from '../../local/realised/load-balancer';
import { secrets, type SecretsPart } from '../../local/realised/secrets';
import { tasks } from '../../local/realised/tasks';
import { ask, authorityOf, contextOf, emptyMachine, noFiles, noImages, removeMachine, type Reply } from './support';

const region = 'us-east-1';
const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/agente-dr/agente-api@sha256:0';
const password = 'a-password-that-nobody-may-see';

describe('services of a region, with agente-api', function () {
  this.timeout(60_000);
  let machine: Machine;
  let parts: { start(): Promise<void>; stop(): Promise<void> }[];
  let balancer: LoadBalancerPart;
  let vault: SecretsPart;
  let fleet: ReturnType<typeof tasks>;
  let targetGroup: ServiceSpec['targetGroup'];
  let redis: Endpoint;
  let definition: TaskDefinition;
  let arn: string;
  let agent: https.Agent;

  const service = (taskDefinition: string, desiredCount: number): ServiceSpec => ({
    ...{ cluster: 'agente', name: 'agente-api', taskDefinition, desiredCount, targetGroup, waitForSteadyState: true },
  });
  const call = (method: string, path: string, body?: object): Promise<Reply> =>
    ask(machine, {
      ...{ host: machine.address(region), port: machine.file.listenerPort, method, path, agent },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const booking = (reference: string, more: object = {}): object => ({
    ...{
      reference,
      hotel_id: 1,
      room: 1,
      check_in: '2027-03-01',
      check_out: '2027-03-04',
      guest: 'Ana Souza',
      ...more,
    },
  });
  const book = (body: object): Promise<Reply> => call('POST', '/api/v1/reservations', body);
  const errorOf = (reply: Reply): unknown => [
    reply.status,
    (JSON.parse(reply.body) as { error: { code: string } }).error.code,
  ];

  before(async () => {
    machine = await emptyMachine();
    const context = contextOf(machine, region);
    balancer = loadBalancer(context);
    vault = secrets(context);
    const [db, store] = [database(context), cache(context)];
    fleet = tasks(context, balancer.targets, { secrets: vault, images: noImages, files: noFiles }, duration('12s'));
    parts = [vault, db, store, balancer, fleet];
    for (const part of parts) await part.start();
    agent = new https.Agent({ keepAlive: true, ca: authorityOf(machine) });
    const { arn: secret } = await vault.calls.createSecret({ name: 'passwords', replicaRegions: [] });
    await vault.calls.putSecretValue({
      name: 'passwords',
      value: JSON.stringify({ database: password, redis: password }),
    });
    const { endpoint } = await db.calls.createDatabase({
      ...{
        identifier: 'agente-postgres-g1',
        engine: 'postgres',
        databaseName: 'agente_db',
        user: 'agente_user',
        password,
      },
      ...{ backupRetentionDays: 0, multiAz: false, deletionProtection: false, parameterGroup: null, source: null },
    });
    redis = await store.calls.createCache({ identifier: 'agente-redis', authToken: password });
    await balancer.calls.putLoadBalancer({ name: 'api' });
    const check = { healthPath: '/health/ready', healthIntervalSeconds: 1, healthyThreshold: 2 };
    const group = await balancer.calls.putTargetGroup({ name: 'api', ...check });
    const listener = { loadBalancer: 'api', port: machine.file.listenerPort, tls: true, otherwise: group.arn };
    await balancer.calls.putListener(listener);
    targetGroup = { arn: group.arn, container: 'api', port: 8000 };
    const environment = {
      ...{ SITE: 'primary', DATABASE_HOST: endpoint.host, DATABASE_PORT: String(endpoint.port) },
      ...{
        DATABASE_NAME: 'agente_db',
        DATABASE_USER: 'agente_user',
        REDIS_HOST: redis.host,
        REDIS_PORT: String(redis.port),
      },
    };
    const names = { DATABASE_PASSWORD: `${secret}:database::`, REDIS_PASSWORD: `${secret}:redis::` };
    const container = { name: 'api', image, command: [], port: 8000, environment, secrets: names, mounts: [] };
    definition = { family: 'agente-api', containers: [container], volumes: [] };
    arn = (await fleet.calls.registerTaskDefinition(definition)).arn;
  });
  after(async () => {
    agent.destroy();
    for (const part of [...parts].reverse()) await part.stop();
    await removeMachine(machine);
  });

  it('runs as many tasks as wished, and is steady when the load balancer finds them healthy', async () => {
    assert.deepEqual(await fleet.calls.putService(service(arn, 2)), { runningCount: 2 });
    const reply = await call('GET', '/health/ready');
    assert.equal(reply.status, 200);
    const ready = { status: 'ready', database: 'ok', cache: 'ok', site: 'primary' };
    assert.deepEqual(JSON.parse(reply.body), ready);
    assert.deepEqual(await fleet.calls.putService(service(arn, 2)), { runningCount: 2 });
  });

  it('keeps a booking in PostgreSQL and its session in Redis', async () => {
    const reply = await book(booking('first'));
    assert.equal(reply.status, 201);
    const made = JSON.parse(reply.body) as Record<string, unknown>;
    assert.deepEqual([made['reference'], made['site']], ['first', 'primary']);
    assert.ok(Math.abs(Date.parse(String(made['created_at'])) - Date.now()) < 5_000);
    const read = JSON.parse((await call('GET', '/api/v1/reservations/first')).body) as Record<string, unknown>;
    assert.deepEqual(read, made);
    const context = contextOf(machine, region);
    const tls = ['--tls', '--cacert', `${machine.tlsDir}/ca.crt`, '-h', redis.host, '-p', String(redis.port)];
    const env = { REDISCLI_AUTH: password };
    const session = await context.run('redis-cli', [...tls, 'GET', 'session:first'], { env });
    assert.equal((JSON.parse(session) as { guest: string }).guest, 'Ana Souza');
    const lives = Number(await context.run('redis-cli', [...tls, 'TTL', 'session:first'], { env }));
    assert.ok(lives > 86_000 && lives <= 86_400);
  });

  it('books one reference once, and gives the first answer again', async () => {
    const [first, again] = [await book(booking('twice', { room: 2 })), await book(booking('twice', { room: 2 }))];
    assert.deepEqual([first.status, again.status], [201, 200]);
    assert.deepEqual(JSON.parse(again.body), JSON.parse(first.body));
    assert.deepEqual(errorOf(await book(booking('twice', { room: 3 }))), [409, 'reference-taken']);
  });

  it('rejects a room that is taken in one of the nights, also when two ask at once', async () => {
    assert.deepEqual(errorOf(await book(booking('late', { check_in: '2027-03-03', check_out: '2027-03-05' }))), [
      409,
      'room-taken',
    ]);
    assert.equal((await book(booking('after', { check_in: '2027-03-04', check_out: '2027-03-05' }))).status, 201);
    const race = await Promise.all(
      Array.from({ length: 8 }, (_, n) => book(booking(`race-${String(n)}`, { room: 9 }))),
    );
    assert.deepEqual(race.map((reply) => reply.status).sort(), [201, ...Array<number>(7).fill(409)]);
  });

  it('counts the rooms that are free in all nights', async () => {
    const stay = { hotel_id: 1, check_in: '2027-03-01', check_out: '2027-03-03' };
    const reply = await call('POST', '/api/v1/pms/availability', stay);
    const { available, rooms } = JSON.parse(reply.body) as { available: number; rooms: number[] };
    assert.deepEqual([available, rooms.slice(0, 3)], [4_997, [3, 4, 5]]);
  });

  it('rejects what is no booking, naming the fields', async () => {
    const reply = await book(booking('bad one', { room: 0, check_out: '2027-03-01' }));
    assert.deepEqual(errorOf(reply), [400, 'invalid-request']);
    assert.match(reply.body, /reference/);
    assert.match(reply.body, /room/);
    assert.deepEqual(errorOf(await call('GET', '/api/v1/reservations/nobody')), [404, 'not-found']);
    assert.deepEqual(errorOf(await call('GET', '/api/v1/reservations')), [405, 'method-not-allowed']);
  });

  it('replaces its tasks under load without failing a guest', async () => {
    const statuses: number[] = [];
    let loading = true;
    const guests = Array.from({ length: 4 }, async (_, guest) => {
      for (let n = 0; loading; n += 1) {
        const room = 100 + guest * 1_000 + n;
        statuses.push((await book(booking(`roll-${String(guest)}-${String(n)}`, { room, hotel_id: 2 }))).status);
      }
    });
    const next = await fleet.calls.registerTaskDefinition(definition);
    assert.equal(next.revision, 2);
    const before = fleet.status().map((task) => task.pid);
    await fleet.calls.putService(service(next.arn, 2));
    loading = false;
    await Promise.all(guests);
    assert.deepEqual([...new Set(statuses)], [201]);
    const now = fleet.status();
    assert.deepEqual(
      now.map((task) => [task.state, task.detail.split(' ')[0]]),
      Array(2).fill(['running', 'agente-api:2']),
    );
    assert.ok(now.every((task) => !before.includes(task.pid)));
    arn = next.arn;
  });

  it('starts a killed task again', async () => {
    const killed = fleet.status()[0]?.pid ?? 0;
    process.kill(killed, 'SIGKILL');
    const deadline = Date.now() + 5_000;
    const isBack = (): boolean => fleet.status().every(({ pid, state }) => state === 'running' && pid !== killed);
    while (!isBack() && Date.now() < deadline) await pause(50);
    assert.ok(isBack(), 'another process runs in its place');
    assert.equal(fleet.status().length, 2);
    // Until the load balancer's next look a request may still meet the place where it was.
    while ((await call('GET', '/health/ready')).status !== 200 && Date.now() < deadline) await pause(50);
    assert.equal((await call('GET', '/health/ready')).status, 200);
  });

  it('keeps the old tasks when new ones do not get healthy, and says what these said last', async () => {
    const [container] = definition.containers;
    assert.ok(container);
    const environment = { ...container.environment, DATABASE_PORT: '1' };
    const broken = await fleet.calls.registerTaskDefinition({
      ...definition,
      containers: [{ ...container, environment }],
    });
    await assert.rejects(fleet.calls.putService(service(broken.arn, 2)), (error: Error) => {
      assert.equal(Reflect.get(error, 'code'), 'ServiceNotSteady');
      assert.match(error.message, /not healthy after 12s:\n.*agente-api \(primary\) listens/s);
      assert.ok(!error.message.includes(password));
      return true;
    });
    assert.equal((await call('GET', '/health/ready')).status, 200);
    assert.equal(fleet.status().length, 2);
  });

  it('follows its scaling bounds upwards and its wish downwards', async () => {
    const where = { cluster: 'agente', service: 'agente-api' };
    await fleet.calls.putService(service(arn, 0));
    assert.equal(fleet.status().length, 0);
    assert.equal((await call('GET', '/health/ready')).status, 503);
    await fleet.calls.setScaling({ ...where, min: 1, max: 4 });
    // The call returns before the tasks run; the next one waits for its turn.
    assert.deepEqual(await fleet.calls.putService(service(arn, 1)), { runningCount: 1 });
    assert.deepEqual(await fleet.calls.putService(service(arn, 0)), { runningCount: 0 });
    await fleet.calls.setScaling({ ...where, min: 2, max: 4 });
    assert.deepEqual(await fleet.calls.putService(service(arn, 2)), { runningCount: 2 });
    await assert.rejects(fleet.calls.setScaling({ ...where, min: 3, max: 2 }), { code: 'ValidationException' });
  });

  it('rejects an image that this region has not got', async () => {
    const [container] = definition.containers;
    assert.ok(container);
    const other = { family: 'other', volumes: [], containers: [{ ...container, image: 'registry/other:1' }] };
    const { arn: unknown } = await fleet.calls.registerTaskDefinition(other);
    const spec = { ...service(unknown, 1), name: 'other', targetGroup: null };
    await assert.rejects(fleet.calls.putService(spec), { code: 'CannotPullContainerError' });
  });
});
