import * as assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import { FileSystem, type FileSystemArgs } from '../../components/file-system';
import type { Statement } from '../../components/iam';
import { ask, document, only, providerOptions, type Asked } from './support';

const args: FileSystemArgs = {
  accountId: '123456789012',
  region: 'us-east-1',
  keyArn: 'arn:key',
  vpcId: 'vpc',
  subnetIds: ['a', 'b', 'c'],
  clientSecurityGroupId: 'tasks',
  accessPoints: { prometheus: { user: 65_534 }, grafana: { user: 472 } },
  copyTo: { region: 'us-west-2', keyAlias: 'alias/agente-dr-dr' },
};

const fileSystem = (changes: Partial<FileSystemArgs> = {}): Promise<Asked[]> =>
  ask(() => {
    new FileSystem('monitoring', { ...args, ...changes }, providerOptions());
  });

describe('FileSystem', () => {
  it('is encrypted with the key of the site, protected, kept, and no target of a replication', async () => {
    const { name, parent, inputs, protected: guarded } = only(await fileSystem(), 'aws:efs/fileSystem:FileSystem');
    assert.deepEqual([name, parent, guarded], ['monitoring-files', 'monitoring', true]);
    assert.deepEqual([inputs['encrypted'], inputs['kmsKeyId']], [true, 'arn:key']);
    assert.deepEqual(inputs['protection'], { replicationOverwrite: 'ENABLED' });
    assert.equal(inputs['creationToken'], 'agente-dr-monitoring');
  });

  it('refuses whoever comes without TLS, and lets nobody in by policy', async () => {
    const policy = document(only(await fileSystem(), 'aws:efs/fileSystemPolicy:FileSystemPolicy'), 'policy') as {
      Statement: Statement[];
    };
    assert.deepEqual(
      policy.Statement.map(({ Effect, Condition }) => [Effect, Condition]),
      [['Deny', { Bool: { 'aws:SecureTransport': 'false' } }]],
    );
  });

  it('can be mounted in each zone, behind a door that opens to tasks alone', async () => {
    const asked = await fileSystem();
    const targets = asked.filter(({ type }) => type === 'aws:efs/mountTarget:MountTarget');
    assert.deepEqual(
      targets.map(({ name, inputs }) => [name, inputs['subnetId'], inputs['securityGroups']]),
      [
        ['monitoring-mount-1', 'a', ['monitoring-door-id']],
        ['monitoring-mount-2', 'b', ['monitoring-door-id']],
        ['monitoring-mount-3', 'c', ['monitoring-door-id']],
      ],
    );
    const door = only(asked, 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule').inputs;
    assert.deepEqual([door['fromPort'], door['toPort'], door['referencedSecurityGroupId']], [2049, 2049, 'tasks']);
  });

  it('gives each task a folder of its own, and a user of its own in it', async () => {
    const { inputs } = only(await fileSystem(), 'aws:efs/accessPoint:AccessPoint', 'monitoring-grafana');
    assert.deepEqual(inputs['posixUser'], { uid: 472, gid: 472 });
    assert.deepEqual(inputs['rootDirectory'], {
      path: '/grafana',
      creationInfo: { ownerUid: 472, ownerGid: 472, permissions: '0750' },
    });
  });

  it('tells a task all it needs to mount its own folder', async () => {
    let mounted: unknown;
    await ask(() => {
      const made = new FileSystem('monitoring', args, providerOptions());
      pulumi.output(made.mounted('grafana', '/var/lib/grafana')).apply((known) => (mounted = known));
    });
    assert.deepEqual(mounted, {
      path: '/var/lib/grafana',
      fileSystemId: 'monitoring-files-id',
      fileSystemArn: 'arn:monitoring-files',
      accessPointId: 'monitoring-grafana-id',
      accessPointArn: 'arn:monitoring-grafana',
    });
  });

  it('is backed up daily, and copied under the key of the other region', async () => {
    const asked = await fileSystem();
    assert.deepEqual(only(asked, 'aws:efs/backupPolicy:BackupPolicy').inputs['backupPolicy'], { status: 'ENABLED' });
    const copy = only(asked, 'aws:efs/replicationConfiguration:ReplicationConfiguration');
    assert.equal(copy.protected, true);
    assert.deepEqual(copy.inputs['destination'], {
      region: 'us-west-2',
      kmsKeyId: 'arn:aws:kms:us-west-2:123456789012:alias/agente-dr-dr',
    });
  });

  it('has no copy where none is wished', async () => {
    const asked = await fileSystem({ copyTo: null });
    assert.deepEqual(
      asked.filter(({ type }) => type.includes('replicationConfiguration')),
      [],
    );
  });

  it('rejects an access point that it does not have', async () => {
    await assert.rejects(
      ask(() => new FileSystem('monitoring', args, providerOptions()).mounted('loki', '/loki')),
      /file system monitoring has no access point loki/,
    );
  });
});
