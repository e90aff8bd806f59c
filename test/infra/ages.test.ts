import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { policyDocument } from '../../components/iam';
import { keeperRights } from '../../infra/rights';
import { putUpSite } from '../../infra/site';
import { ageInterval } from '../../recovery/cadence';
import { parseContract } from '../../recovery/contract';
import { alarms } from '../../recovery/thresholds';
import { Catalogue } from '../../scripts/catalogue/catalogue';
import { AgeWatch } from '../../scripts/keeper/age-watch';
import { ChangeLog } from '../../scripts/keeper/log';
import { leaseKey } from '../../scripts/lease/lease';
import { FolderVault } from '../../scripts/vault/folder-vault';
import { keysOf } from '../../scripts/vault/keys';
import { ask, only, type Asked } from '../components/support';
import { captureLog } from '../scripts/keeper/captured-log';
import { samplePoint } from '../scripts/sample-point';
import { allows } from './policy-simulation';
import { shippedConfig } from './support';

/** One figure of CloudWatch. */
interface Figure {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly unit: string;
}

/** As CloudWatch reads a line. */
function figuresIn(line: Readonly<Record<string, unknown>>): Figure[] {
  const { CloudWatchMetrics } = line['_aws'] as {
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name, Unit }) => ({
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, line[name]])),
        unit: Unit,
      })),
    ),
  );
}

const inOrder = (figures: readonly Figure[]): string[] => figures.map((figure) => JSON.stringify(figure)).sort();

describe('the ages that the keeper says', function () {
  this.timeout(60_000);
  let asked: Asked[];
  before(async () => {
    asked = await ask(() => putUpSite(shippedConfig('primary')), 'primary');
  });

  const ageAlarms = (): Asked[] =>
    asked.filter(
      ({ type, name }) => type === 'aws:cloudwatch/metricAlarm:MetricAlarm' && /-(backup|validation)-age$/.test(name),
    );

  /** What the keeper of the site says of a vault in which nothing is missing. */
  async function said(): Promise<Figure[]> {
    const { inputs } = only(asked, 'aws:s3/bucketObjectv2:BucketObjectv2', 'contract');
    const contract = parseContract(JSON.parse(String(inputs['content'])), 'the plan');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-said-'));
    const vault = new FolderVault(folder);
    const captured = captureLog();
    try {
      for (const [dataset, lineage] of Object.entries(contract.vault.lineages)) {
        const at = new Date().toISOString();
        const catalogue = new Catalogue(vault, dataset);
        const id = catalogue.newId('full', new Date());
        const { version: _version, dataset: _dataset, ...point } = samplePoint(id, at, { lineage });
        const times = { startedAt: at, endedAt: at, restoreSeconds: 1 };
        await catalogue.recordValidation(await catalogue.publish(point, null), {
          ...{ version: 1, point: id, ...times, status: 'success', checks: [], bytes: 1 },
        });
      }
      const watch = new AgeWatch(
        () => Promise.resolve(contract),
        new ChangeLog(),
        () => vault,
      );
      await watch.look(new AbortController().signal);
      return captured.of('ages').flatMap(figuresIn);
    } finally {
      captured.restore();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }

  it('are those that alarms stand on, by every name and in their unit', async () => {
    const watched = ageAlarms().map(({ inputs }) => ({
      namespace: String(inputs['namespace']),
      name: String(inputs['metricName']),
      dimensions: inputs['dimensions'] as Figure['dimensions'],
      unit: 'Seconds',
    }));
    const expected = Object.values(alarms).filter(({ metric }) => /-age$/.test(metric));
    assert.equal(watched.length, expected.length);
    assert.deepEqual(inOrder(await said()), inOrder(watched));
  });

  it('come once in each period of their alarms, whose thresholds are in seconds', () => {
    for (const { name, inputs } of ageAlarms()) {
      const alarm = alarms[name.replace(/^alarms-/, '') as 'postgres-backup-age'];
      assert.equal(inputs['threshold'], alarm.threshold.seconds, name);
      assert.equal(inputs['period'], ageInterval.seconds, name);
      assert.equal(inputs['treatMissingData'], 'breaching', name);
    }
  });

  it('are taken from logs that CloudWatch takes figures out of, through a driver that changes no line', () => {
    const group = only(asked, 'aws:cloudwatch/logGroup:LogGroup', 'keeper-logs').inputs;
    // The class for infrequent access takes none.
    assert.ok([undefined, 'STANDARD'].includes(group['logGroupClass'] as string | undefined));
    const task = only(asked, 'aws:ecs/taskDefinition:TaskDefinition', 'keeper-task').inputs;
    const [{ logConfiguration }] = JSON.parse(String(task['containerDefinitions'])) as [
      { logConfiguration: { logDriver: string } },
    ];
    assert.equal(logConfiguration.logDriver, 'awslogs');
  });

  it('need the right to read names, manifests and verdicts of the own vault, and no recovery point', async () => {
    const config = shippedConfig('primary');
    const keyArn = 'arn:aws:kms:us-east-1:123456789012:key/1';
    const policy = await new Promise<string>((resolve) => {
      policyDocument(keeperRights({ config, keyArn })).apply(resolve);
    });
    const may = (action: string, resource: string): boolean => allows(policy, { action, resource });
    const own = 'arn:aws:s3:::agente-dr-vault-123456789012-us-east-1';
    const keys = keysOf('postgres', 'primary-g1');
    const read = [keys.manifest('1'), `${keys.validations('1')}x.json`];
    assert.ok(may('s3:ListBucket', own));
    assert.ok(may('kms:Decrypt', keyArn));
    for (const key of read) assert.ok(may('s3:GetObject', `${own}/${key}`), key);
    for (const key of [`${keys.point('1')}1.dump`, keys.census('1'), leaseKey('postgres')]) {
      assert.ok(!may('s3:GetObject', `${own}/${key}`), key);
    }
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion']) {
      for (const key of read) assert.ok(!may(action, `${own}/${key}`), `${action} ${key}`);
    }
    assert.ok(!may('s3:ListBucket', own.replace('us-east-1', 'us-west-2')));
    assert.ok(!may('kms:GenerateDataKey', keyArn));
  });
});
