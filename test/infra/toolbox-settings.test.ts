import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitoringFolders } from '../../infra/names';
import { putUpSite } from '../../infra/site';
import { backupJobs } from '../../recovery/backup-jobs';
import { parseContract, type Contract } from '../../recovery/contract';
import { bucketName, controlKeys, sites, type Site } from '../../recovery/sites';
import { identitySecret } from '../../recovery/recipients';
import { spelledOut } from '../../scripts/commands/procedure-scripts';
import { Age } from '../../scripts/encryption/age';
import type { DatasetSettings } from '../../scripts/settings/datasets';
import { managedSettings } from '../../scripts/settings/managed';
import { datasetIn, type Settings } from '../../scripts/settings/settings';
import { ask, document, only, type Asked } from '../components/support';
import { shippedConfig } from './support';

interface Container {
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly mountPoints: readonly { readonly containerPath: string; readonly readOnly?: boolean }[];
}
const containerOf = (asked: readonly Asked[], task: string): Container =>
  (
    document(only(asked, 'aws:ecs/taskDefinition:TaskDefinition', `${task}-task`), 'containerDefinitions') as [
      Container,
    ]
  )[0];

/** What ECS puts into a variable is, here, the name of the secret that it comes from. */
const environmentOf = ({ environment, secrets }: Container): Record<string, string> =>
  Object.fromEntries([
    ...environment.map(({ name, value }) => [name, value]),
    ...secrets.map(({ name, valueFrom }) => [name, valueFrom.replace(/^.*:secret:/, '')]),
  ]) as Record<string, string>;

/** Control buckets with the contracts that the plans would write there, and nothing else. */
class PlannedBuckets {
  readonly objects = new Map<string, string>();
  private readonly server = http.createServer(({ url = '' }, response) => {
    const found = this.objects.get(url.split('?', 1)[0] ?? '');
    if (found === undefined) response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    else response.writeHead(200, { etag: '"1"' }).end(found);
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }
  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** What the settings must say of a dataset, by what the same plan tells of its stores. */
function expected(dataset: string, { databases, caches, region, fileSystems }: Contract): object {
  const database = databases.find((one) => one.dataset === dataset);
  if (database !== undefined) {
    const { engine, host, port, user, databaseName } = database;
    return { engine, kind: 'managed', host, port, user, database: databaseName };
  }
  const cache = caches.find((one) => one.dataset === dataset);
  if (cache !== undefined) return { engine: 'redis', kind: 'managed', host: cache.host, port: cache.port };
  if (dataset === 'secrets') return { engine: 'secrets', kind: 'managed', region, prefix: 'agente-dr/' };
  const data = Object.entries(monitoringFolders).find(([name]) => name === dataset)?.[1];
  return { engine: 'files', kind: dataset, data, server: fileSystems[0]?.id };
}

/** Name of the secret whose value the password file of a dataset holds. */
const secretOf = (dataset: string, { databases, caches }: Contract): string | undefined =>
  [...databases, ...caches].find((one) => one.dataset === dataset)?.secret;

/** Both sides of the environment of a task: what the program gives, and what scripts/settings reads of it. */
describe('the settings of a scheduled task', function () {
  this.timeout(60_000);
  const buckets = new PlannedBuckets();
  const before_ = { ...process.env };
  const plans = new Map<Site, Asked[]>();
  const contracts = new Map<Site, Contract>();
  const read = new Map<string, Settings>();

  before(async () => {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: await buckets.start(),
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    for (const site of sites) {
      const asked = await ask(() => putUpSite(shippedConfig(site)), site);
      plans.set(site, asked);
      const { inputs } = only(asked, 'aws:s3/bucketObjectv2:BucketObjectv2', 'contract');
      const text = String(inputs['content']);
      const contract = parseContract(JSON.parse(text), 'the plan');
      contracts.set(site, contract);
      const bucket = bucketName('control', contract.accountId, contract.region);
      buckets.objects.set(`/${bucket}/${controlKeys.contract}`, text);
      for (const role of ['backup', 'restore', 'validate'] as const) {
        read.set(`${site} ${role}`, await managedSettings(environmentOf(containerOf(asked, role))));
      }
    }
  });
  after(() => {
    buckets.stop();
    for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
      if (before_[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before_[name];
    }
  });

  function of<T>(map: ReadonlyMap<string, T>, key: string): T {
    const found = map.get(key);
    assert.ok(found !== undefined, key);
    return found;
  }

  for (const site of sites) {
    for (const job of backupJobs) {
      it(`name the store that ${job.id} of ${site} is about, as the command that is scheduled asks for it`, () => {
        const target = only(of(plans, site), 'aws:scheduler/schedule:Schedule', `backups-${job.id}`).inputs[
          'target'
        ] as { input: string; ecsParameters: { taskDefinitionArn: string } };
        assert.equal(target.ecsParameters.taskDefinitionArn, `arn:${job.role}-task`);
        const { containerOverrides } = JSON.parse(target.input) as { containerOverrides: [{ command: string[] }] };
        const [verb, dataset = ''] = spelledOut(containerOverrides[0].command);
        assert.deepEqual([verb, dataset], [job.role, job.dataset]);

        const contract = of(contracts, site);
        const settings = of(read, `${site} ${job.role}`);
        const { passwordFile, ...found }: DatasetSettings & { passwordFile?: string | null } = {
          ...datasetIn(settings, dataset),
        };
        assert.deepEqual({ ...found, ...expected(dataset, contract) }, found);
        const secret = secretOf(dataset, contract);
        if (secret !== undefined) assert.equal(fs.readFileSync(passwordFile ?? '', 'utf8'), secret);
        assert.equal(settings.lineages(dataset), `${site}-g1`);
      });
    }

    it(`name the vault, the keys and the site, in every task of ${site}`, () => {
      const { accountId, region } = of(contracts, site);
      for (const role of ['backup', 'restore', 'validate'] as const) {
        const settings = of(read, `${site} ${role}`);
        assert.equal(settings.site, site);
        const bucket = bucketName('vault', accountId, region);
        assert.deepEqual(settings.vault, { kind: 's3', bucket, region, endpoint: null });
        assert.deepEqual(settings.recipients, shippedConfig(site).backupRecipients);
        assert.equal(settings.managed, true);
      }
    });

    it(`let the tasks of ${site} open recovery points that restore or validate them, and not the one that takes them`, () => {
      const opens = (role: string): boolean => {
        const { recipients, identity } = of(read, `${site} ${role}`);
        return new Age(recipients, identity).canOpen;
      };
      assert.deepEqual(['backup', 'restore', 'validate'].map(opens), [false, true, true]);
      const { identity } = of(read, `${site} validate`);
      assert.equal(fs.readFileSync(identity ?? '', 'utf8'), identitySecret);
    });

    it(`find the files of the monitoring of ${site} where they are mounted, which is where its servers keep them`, () => {
      const settings = of(read, `${site} backup`);
      const { mountPoints } = containerOf(of(plans, site), 'backup');
      for (const name of Object.keys(monitoringFolders)) {
        const found = datasetIn(settings, name);
        assert.ok('data' in found);
        assert.equal(mountPoints.find(({ containerPath }) => containerPath === found.data)?.readOnly, true, name);
        const own = containerOf(of(plans, site), name).mountPoints;
        assert.ok(own.some(({ containerPath, readOnly }) => containerPath === found.data && readOnly !== true));
      }
    });
  }

  it('rejects a task without recipients, and names the variable', async () => {
    const { BACKUP_RECIPIENTS: _gone, ...rest } = environmentOf(containerOf(of(plans, 'dr'), 'backup'));
    await assert.rejects(managedSettings(rest), /environment of the toolbox: BACKUP_RECIPIENTS: /);
  });
});
