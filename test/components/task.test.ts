import * as assert from 'node:assert/strict';
import { Task } from '../../components/task';
import type { TaskArgs } from '../../components/task-container';
import { ask, document, only, providerOptions, type Asked } from './support';
import { plainTask } from './task-support';

const task = (changes: Partial<TaskArgs> = {}): Promise<Asked[]> =>
  ask(() => {
    new Task('backup', { ...plainTask, ...changes }, providerOptions());
  });

const definition = (asked: readonly Asked[]): Asked => only(asked, 'aws:ecs/taskDefinition:TaskDefinition');
const container = (asked: readonly Asked[]): Record<string, unknown> =>
  (document(definition(asked), 'containerDefinitions') as [Record<string, unknown>])[0];

interface Policy {
  readonly Statement: readonly { readonly Action: unknown; readonly Resource: unknown; readonly Condition?: unknown }[];
}
const policy = (asked: readonly Asked[], name: string): Policy['Statement'] =>
  (document(only(asked, 'aws:iam/rolePolicy:RolePolicy', name), 'policy') as Policy).Statement;

describe('Task', () => {
  it('runs an image by its digest on a file system that it cannot write to', async () => {
    const asked = await task({ command: ['keeper'] });
    const { image, readonlyRootFilesystem, command, mountPoints } = container(asked);
    assert.deepEqual([image, readonlyRootFilesystem, command], [plainTask.image, true, ['keeper']]);
    assert.equal(mountPoints, undefined);
    assert.equal(definition(asked).inputs['volumes'], undefined);
    assert.equal(definition(asked).parent, 'backup');
  });

  it('has a role to start with and one to work with, which only tasks of the account take', async () => {
    const asked = await task();
    for (const what of ['start', 'work']) {
      const { inputs } = only(asked, 'aws:iam/role:Role', `backup-${what}`);
      assert.equal(inputs['name'], `agente-dr-backup-${what}-us-east-1`);
      const trusted = JSON.parse(String(inputs['assumeRolePolicy'])) as { Statement: [Record<string, unknown>] };
      assert.deepEqual(trusted.Statement[0]['Principal'], { Service: 'ecs-tasks.amazonaws.com' });
      assert.deepEqual(trusted.Statement[0]['Condition'], { StringEquals: { 'aws:SourceAccount': '123456789012' } });
    }
    assert.deepEqual(
      asked.filter(({ type }) => type === 'aws:iam/rolePolicy:RolePolicy').map(({ name }) => name),
      [],
    );
  });

  it('may read its own secrets at the start, and no other', async () => {
    const asked = await task({ secrets: { DATABASE_PASSWORD: 'agente-dr/database/postgres' } });
    assert.deepEqual(policy(asked, 'backup-start'), [
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: ['arn:aws:secretsmanager:us-east-1:123456789012:secret:agente-dr/database/postgres-??????'],
      },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:key' },
    ]);
    assert.deepEqual(container(asked)['secrets'], [
      {
        name: 'DATABASE_PASSWORD',
        valueFrom: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:agente-dr/database/postgres',
      },
    ]);
  });

  it('waits for the rights of its roles, so that no task starts without them', async () => {
    const asked = await task({
      secrets: { TOKEN: 'agente-dr/token' },
      rights: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
    });
    assert.deepEqual([...definition(asked).dependsOn].sort(), ['backup-start', 'backup-start-images', 'backup-work']);
  });

  it('is the same text whatever the order of its variables', async () => {
    const one = await task({ environment: { A: '1', B: '2' } });
    const other = await task({ environment: { B: '2', A: '1' } });
    assert.equal(definition(one).inputs['containerDefinitions'], definition(other).inputs['containerDefinitions']);
  });

  it('fills the folders it is given, and those of a file system through one access point, under TLS', async () => {
    const asked = await task({
      scratch: ['/tmp'],
      files: [
        {
          path: '/prometheus',
          fileSystemId: 'fs-1',
          fileSystemArn: 'arn:fs-1',
          accessPointId: 'fsap-1',
          accessPointArn: 'arn:fsap-1',
        },
      ],
    });
    assert.deepEqual(definition(asked).inputs['volumes'], [
      { name: 'scratch-0' },
      {
        name: 'files-0',
        efsVolumeConfiguration: {
          fileSystemId: 'fs-1',
          transitEncryption: 'ENABLED',
          authorizationConfig: { accessPointId: 'fsap-1', iam: 'ENABLED' },
        },
      },
    ]);
    assert.deepEqual(container(asked)['mountPoints'], [
      { sourceVolume: 'scratch-0', containerPath: '/tmp' },
      { sourceVolume: 'files-0', containerPath: '/prometheus' },
    ]);
    assert.deepEqual(policy(asked, 'backup-work'), [
      {
        Effect: 'Allow',
        Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        Resource: 'arn:fs-1',
        Condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': 'arn:fsap-1' } },
      },
    ]);
  });

  it('may only look at files that it is not to write', async () => {
    const files = {
      path: '/prometheus',
      fileSystemId: 'fs-1',
      fileSystemArn: 'arn:fs-1',
      accessPointId: 'fsap-1',
      accessPointArn: 'arn:fsap-1',
      readOnly: true,
    };
    const asked = await task({ files: [files] });
    const mount = { sourceVolume: 'files-0', containerPath: '/prometheus', readOnly: true };
    assert.deepEqual(container(asked)['mountPoints'], [mount]);
    assert.deepEqual(
      policy(asked, 'backup-work').map(({ Action }) => Action),
      [['elasticfilesystem:ClientMount']],
    );
  });

  it('keeps its log for 30 days, under the key of the site', async () => {
    const { inputs } = only(await task(), 'aws:cloudwatch/logGroup:LogGroup');
    assert.deepEqual(
      [inputs['name'], inputs['retentionInDays'], inputs['kmsKeyId']],
      ['/agente-dr/backup', 30, 'arn:key'],
    );
  });
});
