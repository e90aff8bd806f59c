import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type * as loadModule from '../../cli/drill/load';
import { referenceOf } from '../../cli/drill/ledger';
import { lossOf, steadyRate } from '../../cli/drill/meter';
import { Observer } from '../../cli/drill/observer';
import { referencesInDatabase } from '../../cli/drill/stores';
import type { DatabaseSpec, DatabaseState, Endpoint } from '../../local/api';
import { machineRegions, type Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import { createMachine, killRegion, stopMachine } from '../../local/up';
import type { Contract } from '../../recovery/contract';
import { sampleContract } from '../recovery/contract-sample';

const requireCompiled = createRequire(__filename);
const { compiled } = requireCompiled('../../tools/compile.js') as { compiled: () => string };
const { startLoad } = requireCompiled(path.join(compiled(), 'cli/drill/load.js')) as typeof loadModule;

const { primary, dr } = machineRegions;
const secret = 'a-password-of-this-test-only';

/** A hotel in the primary region and its standby database in the other one, made by calls instead of Pulumi. */
async function openHotel(machine: Machine): Promise<{ standby: DatabaseState }> {
  const call = regionClient(machine);
  await call(primary, 'createSecret', { name: 'password', replicaRegions: [] });
  await call(primary, 'putSecretValue', { name: 'password', value: secret });
  const spec: DatabaseSpec = {
    identifier: 'calibration',
    engine: 'postgres',
    databaseName: 'agente_db',
    user: 'agente_user',
    password: secret,
    backupRetentionDays: 1,
    multiAz: false,
    deletionProtection: false,
    parameterGroup: null,
    source: null,
  };
  const source = { region: primary, identifier: spec.identifier };
  const database = await call(primary, 'createDatabase', spec);
  const standby = await call(dr, 'createDatabase', {
    ...spec,
    databaseName: null,
    user: null,
    password: null,
    backupRetentionDays: 0,
    source,
  });
  const cache = await call(primary, 'createCache', { identifier: 'calibration', authToken: secret });
  await serve(machine, call, database.endpoint, cache);
  return { standby };
}

async function serve(machine: Machine, call: Call, database: Endpoint, cache: Endpoint): Promise<void> {
  const { listenerPort, zoneId, domain } = machine.file;
  const balancer = await call(primary, 'putLoadBalancer', { name: 'api' });
  const health = { healthPath: '/health/ready', healthIntervalSeconds: 5, healthyThreshold: 2 };
  const group = await call(primary, 'putTargetGroup', { name: 'api', ...health });
  const listener = { loadBalancer: balancer.arn, port: listenerPort, tls: true, otherwise: group.arn };
  await call(primary, 'putListener', listener);
  const environment = {
    DATABASE_HOST: database.host,
    DATABASE_PORT: String(database.port),
    DATABASE_NAME: 'agente_db',
    DATABASE_USER: 'agente_user',
    REDIS_HOST: cache.host,
    REDIS_PORT: String(cache.port),
    SITE: 'primary',
  };
  const secrets = { DATABASE_PASSWORD: 'password', REDIS_PASSWORD: 'password' };
  const container = {
    name: 'api',
    image: 'registry/agente-api@sha256:0',
    command: [],
    environment,
    secrets,
    port: 8000,
  };
  const { arn } = await call(primary, 'registerTaskDefinition', {
    family: 'api',
    containers: [{ ...container, mounts: [] }],
    volumes: [],
  });
  await call(primary, 'putService', {
    cluster: 'hotel',
    name: 'api',
    taskDefinition: arn,
    desiredCount: 2,
    targetGroup: { arn: group.arn, container: 'api', port: 8000 },
    waitForSteadyState: true,
  });
  await call('global', 'putRecord', {
    zoneId,
    name: domain,
    type: 'A',
    setIdentifier: 'primary',
    alias: balancer.dnsName,
    values: [],
    ttlSeconds: 60,
    failover: 'PRIMARY',
    healthCheckId: null,
  });
}

describe("the drill's meter on a real replication", function () {
  this.timeout(60_000);
  let [machine, folder]: [Machine | null, string] = [null, ''];
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'calibration-'));
  });
  afterEach(async () => {
    if (machine !== null) await stopMachine(machine);
    fs.rmSync(folder, { recursive: true });
  });

  for (const cutSeconds of [0, 3]) {
    it(`finds the loss within 1 s of the truth when the link was cut ${String(cutSeconds)} s before the region died`, async () => {
      machine = await createMachine({ name: `meter-${String(process.pid)}-${String(cutSeconds)}`, owner: process.pid });
      const { standby } = await openHotel(machine);
      const observer = new Observer();
      const ca = path.join(machine.tlsDir, 'ca.crt');
      const order = {
        drill: 'c',
        ledger: path.join(folder, 'ledger.csv'),
        rate: 100,
        domain: machine.file.domain,
        port: machine.file.listenerPort,
        resolver: { address: machine.address('global'), port: machine.file.dnsPort },
        caFile: ca,
      };
      const load = await startLoad(order, (tries) => {
        observer.accept(tries);
      });
      await pause(4_000);
      const { rate, failed } = steadyRate(observer.tries, Date.now() - 500, 2);
      assert.ok(rate > 95 && failed === 0, `${String(rate)} bookings/s, ${String(failed)} failed`);
      if (cutSeconds > 0) await regionClient(machine)('global', 'setLink', { a: primary, b: dr, up: false });
      await pause(cutSeconds * 1_000);
      const faultAt = Date.parse((await killRegion(machine, primary)).at);
      observer.faultHappened(faultAt);
      await pause(1_000);
      await load.stop();
      assert.ok(observer.outageAt !== null && observer.outageAt - faultAt < 1_000, 'guests notice at once');
      const access = {
        contract: contractOf(standby),
        ca: fs.readFileSync(ca, 'utf8'),
        secret: () => Promise.resolve(secret),
      };
      const present = await referencesInDatabase(access, 'c');
      const loss = lossOf(observer.tries, 'primary', faultAt, present, (entry) => referenceOf('c', entry.sequence));
      assert.ok(present.size > 200);
      assert.ok(
        Math.abs(loss.lostSeconds - cutSeconds) <= 1,
        `${String(loss.lostSeconds)} s, ${String(loss.lost)} lost`,
      );
    });
  }
});

/** A contract with this database in it. */
function contractOf({ identifier, endpoint, databaseName, user }: DatabaseState): Contract {
  const databases = sampleContract.databases.map((one) => ({ ...one, identifier, ...endpoint, databaseName, user }));
  return { ...sampleContract, databases };
}
