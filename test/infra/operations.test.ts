import * as assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { putUpSite } from '../../infra/site';
import { backupJobs } from '../../recovery/backup-jobs';
import { parseContract } from '../../recovery/contract';
import { Duration } from '../../recovery/duration';
import type { Site } from '../../recovery/sites';
import { alarmThresholds } from '../../recovery/thresholds';
import { ask, document, only, type Asked } from '../components/support';
import { shippedConfig } from './support';

const site = (stack: Site, changes: Readonly<Record<string, string>> = {}): Promise<Asked[]> =>
  ask(() => putUpSite(shippedConfig(stack, changes)), stack);
const ofType = (asked: readonly Asked[], type: string): Asked[] => asked.filter((one) => one.type === type);

const scheduleType = 'aws:scheduler/schedule:Schedule';
const alarmType = 'aws:cloudwatch/metricAlarm:MetricAlarm';
const dashboardType = 'aws:cloudwatch/dashboard:Dashboard';

interface Panel {
  readonly title: string;
  readonly metrics?: readonly (readonly (string | { readonly stat: string })[])[];
  readonly annotations: { readonly alarms?: readonly string[]; readonly horizontal?: readonly object[] };
}

const panelsOf = (page: Asked): Panel[] =>
  (document(page, 'dashboardBody') as { widgets: { type: string; properties: Panel }[] }).widgets
    .filter(({ type }) => type === 'metric')
    .map(({ properties }) => properties);

describe('the operations of a site', function () {
  this.timeout(60_000);
  let primary: Asked[];
  let standby: Asked[];
  before(async () => {
    primary = await site('primary');
    standby = await site('dr');
  });

  it('have a schedule for every job of the promise on both sites, which fires on the active one alone', () => {
    for (const [asked, state] of [
      [primary, 'ENABLED'],
      [standby, 'DISABLED'],
    ] as const) {
      const found = ofType(asked, scheduleType);
      assert.deepEqual(
        found.map(({ inputs }) => [inputs['name'], inputs['scheduleExpression'], inputs['state']]).sort(),
        backupJobs.map(({ id, schedule }) => [id, schedule.toAwsExpression(), state]).sort(),
      );
    }
  });

  it('run each job with the rights of its kind', () => {
    for (const { id, role, command } of backupJobs) {
      const target = only(primary, scheduleType, `backups-${id}`).inputs['target'] as {
        input: string;
        ecsParameters: { taskDefinitionArn: string };
      };
      assert.equal(target.ecsParameters.taskDefinitionArn, `arn:${role}-task`, id);
      assert.deepEqual(JSON.parse(target.input), { containerOverrides: [{ name: role, command }] }, id);
    }
  });

  it('have an alarm at every threshold of the promise, in the units of CloudWatch', () => {
    for (const { id, threshold } of alarmThresholds) {
      const { inputs } = only(primary, alarmType, `alarms-${id}`);
      const expected = threshold instanceof Duration ? threshold.seconds : threshold * 1_048_576;
      assert.equal(inputs['threshold'], expected, id);
    }
  });

  it('show on one page every figure that an alarm of the promise looks at, with the objective that it eats', () => {
    for (const [asked, name] of [
      [primary, 'primary'],
      [standby, 'dr'],
    ] as const) {
      const page = only(asked, dashboardType);
      assert.equal(page.inputs['dashboardName'], `agente-dr-${name}`);
      const panels = panelsOf(page);
      // Those of a rollout watch that and no promise.
      for (const { inputs } of ofType(asked, alarmType).filter(({ parent }) => parent === 'alarms')) {
        const { namespace, metricName, dimensions, statistic } = inputs;
        const said = Object.entries(dimensions as Record<string, string>).flat();
        const figure = [namespace, metricName, ...said, statistic].sort();
        const own = panels.some(
          ({ metrics: [metric = []] = [], annotations: { alarms = [] } }) =>
            isDeepStrictEqual(metric.map((part) => (typeof part === 'string' ? part : part.stat)).sort(), figure) ||
            alarms.some((arn) => arn.endsWith(`:alarm:${String(inputs['name'])}`)),
        );
        assert.ok(own, String(inputs['name']));
      }
      const lines = panels.find(({ title }) => title === 'postgres: BackupAge')?.annotations.horizontal;
      assert.deepEqual(lines, [
        { label: 'alarm', value: 600 },
        { label: 'objective', value: 900 },
      ]);
    }
  });

  it('show the same page in every role: a failover does not draw it', async () => {
    const active = await site('dr', { 'agente-dr:role': 'active' });
    assert.deepEqual(only(active, dashboardType).inputs, only(standby, dashboardType).inputs);
  });

  it('wake nobody in standby over backups that are taken elsewhere, and nobody in active over a replica that is none', () => {
    const speaks = (asked: readonly Asked[], id: string): unknown =>
      only(asked, alarmType, `alarms-${id}`).inputs['actionsEnabled'];
    assert.deepEqual(
      ['postgres-backup-age', 'postgres-replica-lag', 'postgres-free-storage'].map((id) => [
        speaks(primary, id),
        speaks(standby, id),
      ]),
      [
        [true, false],
        [false, true],
        [true, true],
      ],
    );
  });

  it('ask for the lag of the durable log only where there is one', async () => {
    const found = (asked: readonly Asked[]): boolean =>
      ofType(asked, alarmType).some(({ inputs }) => inputs['metricName'] === 'DurabilityLag');
    assert.equal(found(primary), true);
    const selfMade = await site('primary', { 'agente-dr:cachePersistence': 'self-aof' });
    assert.equal(found(selfMade), false);
  });

  it('have a registry of their own with every image, copied to the other region', () => {
    for (const [asked, region, peer] of [
      [primary, 'us-east-1', 'us-west-2'],
      [standby, 'us-west-2', 'us-east-1'],
    ] as const) {
      const names = ofType(asked, 'aws:ecr/repository:Repository').map(({ inputs }) => String(inputs['name']));
      for (const definition of ofType(asked, 'aws:ecs/taskDefinition:TaskDefinition')) {
        const [{ image }] = document(definition, 'containerDefinitions') as [{ image: string }];
        const [registry, repository] = image.split('@', 1)[0]?.split('/') ?? [];
        assert.equal(registry, `123456789012.dkr.ecr.${region}.amazonaws.com`);
        assert.ok(names.includes(repository ?? ''), image);
      }
      const copies = only(asked, 'aws:ecr/replicationConfiguration:ReplicationConfiguration').inputs;
      assert.match(JSON.stringify(copies), new RegExp(`"region":"${peer}"`));
    }
  });

  it('have a registry before there is another one to copy to', async () => {
    const foundation = await site('dr', { 'agente-dr:role': 'foundation' });
    assert.ok(ofType(foundation, 'aws:ecr/repository:Repository').length > 0);
    assert.deepEqual(ofType(foundation, 'aws:ecr/replicationConfiguration:ReplicationConfiguration'), []);
  });

  it('ask nothing of Docker where the toolbox is named by its digest, as on the bad night', () => {
    for (const asked of [primary, standby]) {
      assert.deepEqual(
        asked.filter(({ type }) => type.startsWith('docker:')),
        [],
      );
    }
  });

  it('run what was just built where the stack builds the toolbox', async () => {
    const built = await site('primary', { 'agente-dr:toolbox': 'build' });
    const image = only(built, 'docker:index/image:Image');
    assert.equal(image.inputs['imageName'], '123456789012.dkr.ecr.us-east-1.amazonaws.com/toolbox:build');
    assert.ok(image.dependsOn.includes('registry'));
    for (const task of ['keeper', 'backup', 'restore', 'validate']) {
      const definition = only(built, 'aws:ecs/taskDefinition:TaskDefinition', `${task}-task`);
      const [container] = document(definition, 'containerDefinitions') as [{ image: string }];
      assert.equal(container.image, 'toolbox-image-image@sha256:built', task);
    }
  });

  it('send each path to the service it belongs to, the narrow one first', () => {
    const rules = ofType(standby, 'aws:lb/listenerRule:ListenerRule').map(({ name, inputs }) => {
      const [{ pathPattern }] = inputs['conditions'] as [{ pathPattern: { values: string[] } }];
      return [inputs['priority'], name, ...pathPattern.values];
    });
    assert.deepEqual(
      rules.sort((a, b) => Number(a[0]) - Number(b[0])),
      [
        [99, 'pms-test', '/pms/*'],
        [100, 'pms-production', '/pms/*'],
        [199, 'whatsapp-test', '/webhooks/whatsapp*'],
        [200, 'whatsapp-production', '/webhooks/whatsapp*'],
        [999, 'agente-api-test', '/*'],
        [1_000, 'agente-api-production', '/*'],
      ],
    );
  });

  it('roll out blue-green what guests reach, with nothing of it running in standby', () => {
    for (const name of ['agente-api', 'pms', 'whatsapp']) {
      const { inputs } = only(standby, 'aws:ecs/service:Service', `${name}-service`);
      assert.deepEqual(inputs['deploymentConfiguration'], { strategy: 'BLUE_GREEN', bakeTimeInMinutes: '5' });
      assert.equal(inputs['desiredCount'], 0);
    }
  });

  it('watch in every role, on files that outlive the tasks, and hold up no failover', () => {
    for (const asked of [primary, standby]) {
      for (const [name, folder] of [
        ['prometheus', '/prometheus'],
        ['grafana', '/var/lib/grafana'],
        ['alertmanager', '/alertmanager'],
      ] as const) {
        const { inputs } = only(asked, 'aws:ecs/service:Service', `${name}-service`);
        assert.deepEqual(
          [inputs['desiredCount'], inputs['deploymentMaximumPercent'], inputs['waitForSteadyState']],
          [1, 100, false],
        );
        const definition = only(asked, 'aws:ecs/taskDefinition:TaskDefinition', `${name}-task`);
        const [{ mountPoints, secrets }] = document(definition, 'containerDefinitions') as [
          { mountPoints: readonly { containerPath: string; sourceVolume: string }[]; secrets: unknown },
        ];
        assert.ok(mountPoints.some((at) => at.containerPath === folder && at.sourceVolume === 'files-0'));
        assert.deepEqual(secrets, []);
      }
      const contract = only(asked, 'aws:s3/bucketObjectv2:BucketObjectv2', 'contract');
      assert.equal(contract.dependsOn.includes('prometheus-service'), false);
    }
  });

  it('read the files of the monitoring to back them up, and write to none of them', () => {
    const definition = only(primary, 'aws:ecs/taskDefinition:TaskDefinition', 'backup-task');
    const [{ mountPoints }] = document(definition, 'containerDefinitions') as [{ mountPoints: readonly object[] }];
    assert.deepEqual(
      mountPoints.slice(1),
      ['/prometheus', '/var/lib/grafana', '/alertmanager'].map((containerPath, index) => ({
        sourceVolume: `files-${String(index)}`,
        containerPath,
        readOnly: true,
      })),
    );
    const rights = String(only(primary, 'aws:iam/rolePolicy:RolePolicy', 'backup-work').inputs['policy']);
    assert.match(rights, /elasticfilesystem:ClientMount/);
    assert.doesNotMatch(rights, /elasticfilesystem:ClientWrite/);
    for (const task of ['restore', 'validate']) {
      const { inputs } = only(primary, 'aws:ecs/taskDefinition:TaskDefinition', `${task}-task`);
      assert.deepEqual(inputs['volumes'], [{ name: 'scratch-0' }]);
    }
  });

  it('are in the contract: jobs, tasks to restore with, and whom to tell', () => {
    const { inputs } = only(primary, 'aws:s3/bucketObjectv2:BucketObjectv2', 'contract');
    const contract = parseContract(JSON.parse(String(inputs['content'])), 'the plan');
    assert.deepEqual(
      contract.backupJobs.map(({ id }) => id),
      backupJobs.map(({ id }) => id),
    );
    assert.deepEqual(contract.toolbox, {
      cluster: 'agente-dr-primary',
      subnetIds: ['a', 'b', 'c'].map((zone) => `network-private-us-east-1${zone}-id`),
      securityGroupId: 'network-tasks-id',
      taskDefinitions: { backup: 'arn:backup-task', restore: 'arn:restore-task', validate: 'arn:validate-task' },
    });
    assert.deepEqual(contract.topics, { alerts: 'arn:alerts-topic' });
  });
});
