import * as assert from 'node:assert/strict';
import { AlertTopic } from '../../components/alert-topic';
import { EncryptionKey } from '../../components/encryption-key';
import { RecoveryAlarms, type AlarmPlan } from '../../components/recovery-alarms';
import { duration } from '../../recovery/duration';
import { ask, document, only, providerOptions, type Asked } from './support';

const plan = (id: string, speaks: AlarmPlan['speaks']): AlarmPlan => ({
  id,
  description: `${id} endangers the objective`,
  namespace: 'AWS/RDS',
  metricName: 'ReplicaLag',
  dimensions: { DBInstanceIdentifier: 'agente-postgres-g1' },
  statistic: 'Maximum',
  raisedWhen: 'above',
  threshold: 300,
  period: duration('1m'),
  periods: 3,
  missing: 'breaching',
  speaks,
});
const plans = [plan('replica-lag', 'when-standby'), plan('backup-age', 'when-active'), plan('disk', 'always')];

const alarms = (active: boolean, notReady: readonly string[] = ['replica-lag', 'disk']): Promise<Asked[]> =>
  ask(() => {
    new RecoveryAlarms('alarms', { topicArn: 'arn:topic', alarms: plans, active, notReady }, providerOptions());
  });
const type = 'aws:cloudwatch/metricAlarm:MetricAlarm';

describe('RecoveryAlarms', () => {
  it('takes figure, threshold and patience from its plan', async () => {
    const { inputs, parent } = only(await alarms(false), type, 'alarms-replica-lag');
    assert.equal(parent, 'alarms');
    assert.deepEqual(inputs, {
      name: 'agente-dr-replica-lag',
      alarmDescription: 'replica-lag endangers the objective',
      namespace: 'AWS/RDS',
      metricName: 'ReplicaLag',
      dimensions: { DBInstanceIdentifier: 'agente-postgres-g1' },
      statistic: 'Maximum',
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 300,
      period: 60,
      evaluationPeriods: 3,
      treatMissingData: 'breaching',
      actionsEnabled: true,
      alarmActions: ['arn:topic'],
      okActions: ['arn:topic'],
    });
  });

  it('wakes somebody in the roles in which the figure means something', async () => {
    const speaking = async (active: boolean): Promise<string[]> =>
      (await alarms(active))
        .filter((one) => one.type === type && one.inputs['actionsEnabled'] === true)
        .map(({ name }) => name)
        .sort();
    assert.deepEqual(await speaking(true), ['alarms-backup-age', 'alarms-disk']);
    assert.deepEqual(await speaking(false), ['alarms-disk', 'alarms-replica-lag']);
  });

  it('differs between standby and active by who may speak alone', async () => {
    const standby = await alarms(false);
    for (const after of await alarms(true)) {
      const before = only(standby, after.type, after.name);
      const quiet = ({ inputs }: Asked): object => ({ ...inputs, actionsEnabled: null });
      assert.deepEqual(quiet(after), quiet(before), after.name);
    }
  });

  it('says in one alarm whether the site could take over', async () => {
    const { inputs, dependsOn } = only(await alarms(false), 'aws:cloudwatch/compositeAlarm:CompositeAlarm');
    assert.equal(inputs['alarmRule'], 'ALARM("agente-dr-replica-lag") OR ALARM("agente-dr-disk")');
    // The provider replaces a composite alarm when its actions are switched.
    assert.equal('actionsEnabled' in inputs, false);
    assert.deepEqual([...dependsOn].sort(), ['alarms-disk', 'alarms-replica-lag']);
  });

  it('rejects a readiness that rests on an alarm which is not there', async () => {
    await assert.rejects(alarms(false, ['slot-lag']), /readiness needs alarm slot-lag, which is not planned/);
  });
});

describe('AlertTopic', () => {
  const args = { accountId: '123456789012', region: 'us-east-1' };

  it('is encrypted, takes messages of the account and its alarms, and nothing without TLS', async () => {
    const asked = await ask(() => {
      new AlertTopic('alerts', { ...args, topicName: 'agente-dr-alerts', keyArn: 'arn:key' }, providerOptions());
    });
    const topic = only(asked, 'aws:sns/topic:Topic');
    assert.deepEqual([topic.inputs['kmsMasterKeyId'], topic.protected], ['arn:key', true]);
    const { Statement } = document(only(asked, 'aws:sns/topicPolicy:TopicPolicy'), 'policy') as {
      Statement: readonly { Sid: string; Effect: string; Resource: string; Condition?: unknown }[];
    };
    assert.deepEqual(
      Statement.map(({ Sid, Effect, Condition }) => [Sid, Effect, Condition]),
      [
        ['Alarms', 'Allow', { StringEquals: { 'aws:SourceAccount': '123456789012' } }],
        ['Account', 'Allow', undefined],
        ['OnlyTls', 'Deny', { Bool: { 'aws:SecureTransport': 'false' } }],
      ],
    );
    assert.deepEqual(
      [...new Set(Statement.map(({ Resource }) => Resource))],
      ['arn:aws:sns:us-east-1:123456789012:agente-dr-alerts'],
    );
  });

  it('can be used by alarms, because the key of the site lets CloudWatch use it', async () => {
    const asked = await ask(() => {
      new EncryptionKey('key', { ...args, alias: 'alias/agente-dr-primary' }, providerOptions());
    });
    const { Statement } = document(only(asked, 'aws:kms/key:Key'), 'policy') as {
      Statement: readonly { Principal: unknown; Action: unknown }[];
    };
    assert.deepEqual(
      Statement.find(({ Principal }) => JSON.stringify(Principal).includes('"cloudwatch.amazonaws.com"'))?.Action,
      ['kms:Decrypt', 'kms:GenerateDataKey*'],
    );
  });
});
