import assert from 'node:assert/strict';
import { failuresOf, ruleTable } from '../../local/provider/checks';
import { typeTable } from '../../local/provider/diff-tables';
import { secret, unknown, type Properties } from '../../local/provider/values';
import { durable, examples as mainExamples } from './refusal-examples';
import { taskExamples } from './refusal-examples-tasks';
import { alarmRules, goodAlarms, moreWrongAlarms, watchExamples, wrongWeights } from './refusal-examples-watch';

const examples = { ...mainExamples, ...taskExamples, ...watchExamples };
const instance = 'aws:rds/instance:Instance';

function refused(type: string, inputs: Properties): string[] {
  return failuresOf(type, inputs).map(({ property }) => property);
}

describe('what the provider refuses before anything is asked', () => {
  it('has an example for each of its rules, and none besides', () => {
    const rules = Object.entries(ruleTable).flatMap(([type, rules]) =>
      Object.keys(rules).map((property) => `${type} ${property}`),
    );
    assert.deepEqual(Object.keys(examples).sort(), rules.sort());
  });

  it('has rules for types that the regions know only', () => {
    assert.deepEqual(
      Object.keys(ruleTable).filter((type) => !(type in typeTable)),
      [],
    );
  });

  for (const [name, [accepted, wrong]] of Object.entries(examples)) {
    const [type = '', property = ''] = name.split(' ');
    it(`rejects ${name}, and only when it is wrong`, () => {
      assert.deepEqual(refused(type, accepted), []);
      assert.ok(refused(type, wrong).includes(property), JSON.stringify(failuresOf(type, wrong)));
    });

    it(`lets ${name} pass while a preview does not know it`, () => {
      assert.equal(refused(type, { ...wrong, [property]: unknown }).includes(property), false);
    });
  }

  it('sees through the mark of a secret, and never tells one', () => {
    const [failure] = failuresOf(instance, { password: secret('short') });
    assert.equal(failure?.reason, 'password must have 8 to 128 characters');
  });

  it('rejects a nested block by the way to it', () => {
    const destination = { replicationTime: { time: { minutes: 5 } }, metrics: {} };
    const [failure] = failuresOf('aws:s3/bucketReplicationConfig:BucketReplicationConfig', {
      rules: [{ destination }],
    });
    assert.equal(failure?.reason, 'rules destination replicationTime time minutes must be one of 15, got 5');
  });

  it('looks into a block of which a preview knows a part', () => {
    const type = 'aws:backup/plan:Plan';
    const rule = { targetVaultName: unknown, schedule: 'every day' };
    assert.deepEqual(refused(type, { rules: [rule] }), ['rules']);
    assert.deepEqual(refused(type, { rules: [{ ...rule, schedule: unknown }] }), []);
  });

  for (const [what, change] of Object.entries<Properties>({
    Redis: { engine: 'redis' },
    'an older version': { engineVersion: '8.2' },
    'one zone': { multiAzEnabled: false },
    'no replica': { replicasPerNodeGroup: 0 },
    'no TLS': { transitEncryptionEnabled: false },
    'a burstable node': { nodeType: 'cache.t4g.small' },
    'data tiering': { dataTieringEnabled: true },
  })) {
    it(`rejects a durable log with ${what}`, () => {
      const type = 'aws:elasticache/replicationGroup:ReplicationGroup';
      assert.deepEqual(refused(type, durable), []);
      assert.ok(refused(type, { ...durable, ...change }).includes('durability'));
    });
  }

  const metricAlarm = 'aws:cloudwatch/metricAlarm:MetricAlarm';
  for (const [what, property, inputs] of moreWrongAlarms) {
    it(`rejects an alarm ${what}`, () => {
      assert.ok(refused(metricAlarm, inputs).includes(property), JSON.stringify(failuresOf(metricAlarm, inputs)));
    });
  }

  it('lets alarms of every kind pass', () => {
    for (const inputs of goodAlarms) assert.deepEqual(failuresOf(metricAlarm, inputs), []);
  });

  it('reads the rule of an alarm of alarms as CloudWatch does', () => {
    const type = 'aws:cloudwatch/compositeAlarm:CompositeAlarm';
    for (const alarmRule of alarmRules.good) assert.deepEqual(failuresOf(type, { alarmRule }), []);
    for (const alarmRule of alarmRules.wrong) assert.deepEqual(refused(type, { alarmRule }), ['alarmRule'], alarmRule);
  });

  it('rejects the name of a topic that does not fit its kind, once that is known', () => {
    const namesOf = (fifoTopic: Properties) =>
      ['alerts', 'alerts.fifo'].filter(
        (name) => failuresOf('aws:sns/topic:Topic', { name, ...fifoTopic }).length === 0,
      );
    assert.deepEqual(namesOf({}), ['alerts']);
    assert.deepEqual(namesOf({ fifoTopic: false }), ['alerts']);
    assert.deepEqual(namesOf({ fifoTopic: true }), ['alerts.fifo']);
    assert.deepEqual(namesOf({ fifoTopic: unknown }), ['alerts', 'alerts.fifo']);
  });

  it('rejects a share of the guests that a rule cannot give', () => {
    const [failure] = failuresOf('aws:lb/listenerRule:ListenerRule', wrongWeights);
    assert.match(failure?.reason ?? '', /^actions forward targetGroups weight must be a whole number from 0 to 999/);
  });
});
