import * as assert from 'node:assert/strict';
import { BackupSchedule } from '../../components/backup-schedule';
import { Task } from '../../components/task';
import { duration } from '../../recovery/duration';
import { ask, document, only, providerOptions, type Asked } from './support';
import { plainTask } from './task-support';

const schedule = (enabled: boolean): Promise<Asked[]> =>
  ask(() => {
    const options = providerOptions();
    const task = new Task('backup', plainTask, options);
    new BackupSchedule(
      'backups',
      {
        accountId: '123456789012',
        region: 'us-east-1',
        clusterArn: 'arn:cluster',
        jobs: [
          {
            id: 'postgres-full',
            task,
            command: ['backup.sh', 'full'],
            expression: 'cron(0 3 * * ? *)',
            interval: duration('24h'),
          },
          {
            id: 'secrets',
            task,
            command: ['backup-secrets.sh'],
            expression: 'cron(0/15 * * * ? *)',
            interval: duration('10m'),
          },
        ],
        enabled,
        subnetIds: ['a', 'b', 'c'],
        securityGroupId: 'tasks',
      },
      options,
    );
  });

const type = 'aws:scheduler/schedule:Schedule';

interface Target {
  readonly arn: string;
  readonly input: string;
  readonly ecsParameters: Readonly<Record<string, unknown>>;
  readonly retryPolicy: object;
}

describe('BackupSchedule', () => {
  let asked: Asked[];
  before(async () => {
    asked = await schedule(true);
  });

  it('fires at its minute in UTC, without a window that would add to every loss', () => {
    const { inputs, parent } = only(asked, type, 'backups-postgres-full');
    assert.deepEqual(
      [inputs['scheduleExpression'], inputs['scheduleExpressionTimezone'], inputs['flexibleTimeWindow'], parent],
      ['cron(0 3 * * ? *)', 'UTC', { mode: 'OFF' }, 'backups'],
    );
  });

  it('starts one task of the cluster, in the private network, with the command of the job', () => {
    const target = only(asked, type, 'backups-postgres-full').inputs['target'] as Target;
    assert.equal(target.arn, 'arn:cluster');
    assert.deepEqual(JSON.parse(target.input), {
      containerOverrides: [{ name: 'backup', command: ['backup.sh', 'full'] }],
    });
    assert.deepEqual(target.ecsParameters, {
      taskDefinitionArn: 'arn:backup-task',
      taskCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { subnets: ['a', 'b', 'c'], securityGroups: ['tasks'], assignPublicIp: false },
    });
    assert.deepEqual(target.retryPolicy, { maximumEventAgeInSeconds: 900, maximumRetryAttempts: 10 });
  });

  it('tries no start again when the next one is due', () => {
    const target = only(asked, type, 'backups-secrets').inputs['target'] as Target;
    assert.deepEqual(target.retryPolicy, { maximumEventAgeInSeconds: 600, maximumRetryAttempts: 10 });
  });

  it('differs between standby and active by the state of its schedules alone', async () => {
    const standby = await schedule(false);
    for (const before of standby) {
      const after = only(asked, before.type, before.name);
      const expected = before.type === type ? { ...before.inputs, state: 'ENABLED' } : before.inputs;
      assert.deepEqual(after.inputs, expected, before.name);
      if (before.type === type) assert.equal(before.inputs['state'], 'DISABLED');
    }
  });

  it('may start these tasks in this cluster, and hand their roles to tasks alone', () => {
    const { Statement } = document(only(asked, 'aws:iam/rolePolicy:RolePolicy', 'backups-starter'), 'policy') as {
      Statement: object[];
    };
    assert.deepEqual(Statement, [
      {
        Effect: 'Allow',
        Action: 'ecs:RunTask',
        Resource: ['arn:aws:ecs:us-east-1:123456789012:task-definition/agente-dr-backup:*'],
        Condition: { ArnEquals: { 'ecs:cluster': 'arn:cluster' } },
      },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: ['arn:backup-start', 'arn:backup-work'],
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
    ]);
  });

  it('fires nothing before its role may start anything', () => {
    assert.ok(only(asked, type, 'backups-secrets').dependsOn.includes('backups-starter'));
  });
});
