import type { Properties } from '../../local/provider/values';
import type { Example } from './refusal-examples';

/** An alarm with nothing wrong. */
const alarm = (more: Properties = {}): Properties => ({
  ...{ metricName: 'ReplicaLag', namespace: 'AWS/RDS', statistic: 'Maximum', period: 60, evaluationPeriods: 3 },
  ...{ comparisonOperator: 'GreaterThanThreshold', threshold: 0, ...more },
});
const expression: Properties = { metricQueries: [{ id: 'e', expression: 'm1 / m2' }] };
const six = ['1', '2', '3', '4', '5', '6'];
const rule = (alarmRule: string): Properties => ({ alarmRule });
const forward = (...weights: number[]): Properties => ({
  actions: [{ type: 'forward', forward: { targetGroups: weights.map((weight) => ({ arn: 'arn:g', weight })) } }],
});

/** Examples for topics, alarms and rules of listeners. */
export const watchExamples: Readonly<Record<string, Example>> = {
  'aws:sns/topic:Topic name': [{ name: 'agente-dr-alerts' }, { name: 'agente-dr-alerts.fifo' }],
  'aws:sns/topic:Topic contentBasedDeduplication': [
    { contentBasedDeduplication: true, fifoTopic: true },
    { contentBasedDeduplication: true },
  ],
  'aws:sns/topic:Topic fifoThroughputScope': [
    { fifoThroughputScope: 'Topic', fifoTopic: true },
    { fifoThroughputScope: 'Topic' },
  ],
  'aws:sns/topic:Topic archivePolicy': [
    { archivePolicy: '{}', fifoTopic: true },
    { archivePolicy: '{}', fifoTopic: false },
  ],
  'aws:sns/topicPolicy:TopicPolicy arn': [{ arn: 'arn:aws:sns:us-west-2:123456789012:alerts' }, { arn: 'alerts' }],
  'aws:sns/topicPolicy:TopicPolicy policy': [{ policy: '{}' }, { policy: 'allow' }],

  'aws:cloudwatch/metricAlarm:MetricAlarm name': [{ name: 'a' }, { name: 'a'.repeat(256) }],
  'aws:cloudwatch/metricAlarm:MetricAlarm comparisonOperator': [
    { comparisonOperator: 'LessThanThreshold', threshold: 0 },
    { comparisonOperator: 'LessThanThreshold' },
  ],
  'aws:cloudwatch/metricAlarm:MetricAlarm evaluationPeriods': [alarm(), alarm({ evaluationPeriods: 0 })],
  'aws:cloudwatch/metricAlarm:MetricAlarm datapointsToAlarm': [
    alarm({ datapointsToAlarm: 3 }),
    alarm({ datapointsToAlarm: 4 }),
  ],
  'aws:cloudwatch/metricAlarm:MetricAlarm metricName': [alarm(), alarm({ statistic: null })],
  'aws:cloudwatch/metricAlarm:MetricAlarm period': [{ period: 30 }, { period: 90 }],
  'aws:cloudwatch/metricAlarm:MetricAlarm statistic': [{ statistic: 'Sum' }, { statistic: 'p99' }],
  'aws:cloudwatch/metricAlarm:MetricAlarm treatMissingData': [
    { treatMissingData: 'notBreaching' },
    { treatMissingData: 'silence' },
  ],
  'aws:cloudwatch/metricAlarm:MetricAlarm alarmActions': [{ alarmActions: ['1'] }, { alarmActions: six }],
  'aws:cloudwatch/metricAlarm:MetricAlarm okActions': [{ okActions: ['1'] }, { okActions: six }],
  'aws:cloudwatch/metricAlarm:MetricAlarm insufficientDataActions': [
    { insufficientDataActions: ['1'] },
    { insufficientDataActions: six },
  ],
  'aws:cloudwatch/dashboard:Dashboard dashboardName': [
    { dashboardName: 'agente-dr-primary' },
    { dashboardName: 'agente dr' },
  ],
  'aws:cloudwatch/dashboard:Dashboard dashboardBody': [{ dashboardBody: '{"widgets":[]}' }, { dashboardBody: '{' }],
  'aws:cloudwatch/compositeAlarm:CompositeAlarm alarmName': [{ alarmName: 'a' }, { alarmName: '' }],
  'aws:cloudwatch/compositeAlarm:CompositeAlarm alarmRule': [
    rule('ALARM("slot-lag") OR NOT (OK("backup-age") AND TRUE)'),
    rule('ALARM("slot-lag") OR'),
  ],
  'aws:cloudwatch/compositeAlarm:CompositeAlarm alarmActions': [{ alarmActions: ['1'] }, { alarmActions: six }],
  'aws:cloudwatch/compositeAlarm:CompositeAlarm okActions': [{ okActions: ['1'] }, { okActions: six }],
  'aws:cloudwatch/compositeAlarm:CompositeAlarm insufficientDataActions': [
    { insufficientDataActions: ['1'] },
    { insufficientDataActions: six },
  ],

  'aws:lb/listenerRule:ListenerRule priority': [{ priority: 50_000 }, { priority: 50_001 }],
  'aws:lb/listenerRule:ListenerRule conditions': [
    { conditions: [{ pathPattern: { values: ['/*'] } }] },
    { conditions: [] },
  ],
  'aws:lb/listenerRule:ListenerRule actions': [forward(100, 0), { actions: [] }],
};

/** One property may be wrong in many ways: `type property`, and inputs of which each is refused for it. */
export const moreWrongAlarms: readonly (readonly [what: string, property: string, inputs: Properties])[] = [
  ['without a threshold', 'comparisonOperator', alarm({ threshold: null })],
  ['with two thresholds', 'comparisonOperator', alarm({ thresholdMetricId: 'e' })],
  ['with an operator that is none', 'comparisonOperator', alarm({ comparisonOperator: 'Above' })],
  ['of no metric', 'evaluationPeriods', alarm({ metricName: null })],
  ['of a metric beside an expression', 'evaluationPeriods', alarm(expression)],
  ['that looks back on more than a day', 'evaluationPeriods', alarm({ evaluationPeriods: 1_441 })],
  ['that looks back on more than a week', 'evaluationPeriods', alarm({ evaluationPeriods: 169, period: 3_600 })],
  ['without a period', 'metricName', alarm({ period: null })],
  ['with two statistics', 'metricName', alarm({ extendedStatistic: 'p99' })],
  ['of no seconds', 'period', alarm({ period: 0 })],
];

export const goodAlarms: readonly Properties[] = [
  alarm(),
  alarm({ evaluationPeriods: 1_440 }),
  alarm({ evaluationPeriods: 168, period: 3_600 }),
  alarm({ statistic: null, extendedStatistic: 'p99' }),
  { ...expression, comparisonOperator: 'GreaterThanUpperThreshold', thresholdMetricId: 'e', evaluationPeriods: 1 },
];

export const alarmRules: { readonly good: readonly string[]; readonly wrong: readonly string[] } = {
  good: [
    'TRUE',
    'ALARM("a")',
    'NOT ALARM(a)',
    'ALARM("with (brackets) AND words") AND OK(arn:aws:cloudwatch:us-east-1:123456789012:alarm:b)',
    '(ALARM("a") OR ALARM("b")) AND NOT (INSUFFICIENT_DATA("c"))',
    'AT_LEAST(2, ALARM, (a, b, c)) OR AT_LEAST(60%, NOT OK, (a, b))',
  ],
  wrong: ['', 'a', 'ALARM()', 'ALARM("a") ALARM("b")', 'ALARM("a") AND', '(ALARM("a")', 'ALERT("a")', 'NOT', '1'],
};

export const wrongWeights = forward(1_000, 0);
