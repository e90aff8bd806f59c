import assert from 'node:assert/strict';
import * as dgram from 'node:dgram';
import * as net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import * as packet from 'dns-packet';
import type { HealthCheckSpec, RecordSpec } from '../../local/api';
import type { Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import { removeMachine, testMachine } from './support';

const [east, west] = ['us-east-1', 'us-west-2'];
const bucket = `agente-dr-signal-1-${west}`;
const signal = 'dr-serves-guests';
/** Ten times faster than shipped: an answer of 60 s lives 6 s, a check runs every second. */
const timeScale = 10;
const threshold = 3;
const query = (name: string, type: packet.RecordType): Buffer =>
  packet.encode({ type: 'query', id: 7, flags: 0, questions: [{ type, name }] });

function overUdp(machine: Machine, name: string, type: packet.RecordType = 'A'): Promise<packet.DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket('udp4');
    const timer = setTimeout(() => {
      socket.close();
      reject(new Error('no answer'));
    }, 2_000);
    socket.on('message', (message) => {
      clearTimeout(timer);
      socket.close();
      resolve(packet.decode(message));
    });
    socket.send(query(name, type), machine.file.dnsPort, machine.address('global'));
  });
}

function overTcp(machine: Machine, name: string): Promise<packet.DecodedPacket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(machine.file.dnsPort, machine.address('global'));
    const message = query(name, 'A');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    socket.on('error', reject).on('data', (chunk) => {
      socket.destroy();
      resolve(packet.decode(chunk.subarray(2)));
    });
    // In two pieces, as a network may deliver it.
    socket.write(length);
    setTimeout(() => socket.write(message), 30);
  });
}

const addresses = (response: packet.DecodedPacket): string[] =>
  (response.answers ?? []).flatMap((answer) => (answer.type === 'A' ? [answer.data] : []));
const codeOf = (response: packet.DecodedPacket): number => (response.flags ?? 0) & 0xf;

describe('failover DNS', function () {
  this.timeout(60_000);
  let machine: Machine;
  let call: Call;
  const check: HealthCheckSpec = {
    id: 'signal',
    protocol: 'HTTPS',
    host: `${bucket}.s3.${west}.amazonaws.com`,
    port: 443,
    path: `/${signal}`,
    intervalSeconds: 10,
    failureThreshold: threshold,
    inverted: true,
    disabled: false,
  };
  const record = (failover: 'PRIMARY' | 'SECONDARY', region: string): RecordSpec => ({
    zoneId: machine.file.zoneId,
    name: `${machine.file.domain}.`,
    type: 'A',
    setIdentifier: failover.toLowerCase(),
    alias: `dualstack.api-123.${region}.elb.amazonaws.com`,
    values: [],
    ttlSeconds: 300,
    failover,
    healthCheckId: failover === 'PRIMARY' ? check.id : null,
  });
  const served = async (): Promise<string[]> => addresses(await overUdp(machine, machine.file.domain));
  /** Milliseconds until the domain is answered by a region. */
  const untilServedBy = async (region: string): Promise<number> => {
    const startedAt = Date.now();
    while ((await served())[0] !== machine.address(region)) {
      assert.ok(Date.now() - startedAt < 15_000, `${region} never answers`);
      await pause(20);
    }
    return Date.now() - startedAt;
  };

  before(async () => {
    machine = await testMachine(timeScale);
    call = regionClient(machine);
    await call(west, 'createBucket', { name: bucket, objectLock: false });
    const Statement = [
      { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/${signal}` },
    ];
    await call(west, 'setBucketPolicy', { bucket, policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    await call('global', 'putRecord', record('PRIMARY', east));
    await call('global', 'putRecord', record('SECONDARY', west));
    await call('global', 'putHealthCheck', check);
  });
  after(() => removeMachine(machine));

  it('takes a new inverted check for unhealthy, and the primary for healthy after three failed probes', async () => {
    assert.deepEqual(await served(), [machine.address(west)]);
    const ms = await untilServedBy(east);
    assert.ok(ms > 1_500 && ms < 4_000, `${String(ms)} ms`);
  });

  it('answers with the alias TTL of 60 s, scaled, whatever the record says', async () => {
    const response = await overUdp(machine, machine.file.domain.toUpperCase());
    assert.equal(response.flag_aa, true);
    const [answer] = response.answers ?? [];
    assert.equal(answer?.type === 'A' ? answer.ttl : null, 60 / timeScale);
  });

  it('sends guests to the other region when the signal object is there, and back when it is gone', async () => {
    const put = { bucket, key: signal, content: '{}', contentType: 'application/json' };
    await call(west, 'putObject', put);
    const there = await untilServedBy(west);
    assert.ok(there > 1_900 && there < 4_000, `believed after ${String(there)} ms`);
    await call(west, 'deleteObject', { bucket, key: signal });
    await untilServedBy(east);
  });

  it('does not move for two answers of three', async () => {
    await call(west, 'putObject', { bucket, key: signal, content: '{}', contentType: null });
    await pause(1_500);
    await call(west, 'deleteObject', { bucket, key: signal });
    await pause(2_500);
    assert.deepEqual(await served(), [machine.address(east)]);
  });

  it('pins guests to the other region by a disabled inverted check', async () => {
    await call('global', 'putHealthCheck', { ...check, disabled: true });
    assert.deepEqual(await served(), [machine.address(west)]);
    await call('global', 'putHealthCheck', check);
    assert.deepEqual(await served(), [machine.address(east)]);
  });

  it('answers names of load balancers with the address of their region, over TCP too', async () => {
    assert.deepEqual(addresses(await overTcp(machine, `other-9.${west}.elb.amazonaws.com`)), [machine.address(west)]);
    assert.deepEqual(addresses(await overUdp(machine, `api-1.${east}.elb.amazonaws.com`)), [machine.address(east)]);
  });

  it('says that there is nothing, for how long that holds, and what it knows nothing about', async () => {
    const other = await overUdp(machine, machine.file.domain, 'AAAA');
    assert.deepEqual([codeOf(other), other.answers, other.authorities?.[0]?.type], [0, [], 'SOA']);
    assert.equal(codeOf(await overUdp(machine, `nobody.${machine.file.domain}`)), 3);
    assert.equal(codeOf(await overUdp(machine, 'example.org')), 5);
  });

  it('shows what is answered now and what was asked last', async () => {
    const { parts } = await call('global', 'status', {});
    const detail = (kind: string): string => parts.find((part) => part.kind === kind)?.detail ?? '';
    assert.equal(detail('record'), `PRIMARY -> ${machine.address(east)}`);
    assert.match(detail('health check'), /^healthy, inverted/);
    assert.match(detail('dns'), /\d+ questions; last: .*example\.org A = none/);
  });
});
