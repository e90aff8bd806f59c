import { row, type TypeTable } from './row';

/** What watches, and whom it tells. */
export const watchTable: TypeTable = {
  'aws:cloudwatch/metricAlarm:MetricAlarm': row({
    source: 'aws_cloudwatch_metric_alarm',
    forceNew: 'name',
    optionalComputed: 'evaluateLowSampleCountPercentiles name',
    computed: 'arn tagsAll',
    name: ['name', 255],
  }),
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': row({
    source: 'aws_cloudwatch_composite_alarm',
    forceNew: 'actionsEnabled alarmName',
    computed: 'arn tagsAll',
  }),
  'aws:cloudwatch/dashboard:Dashboard': row({
    source: 'aws_cloudwatch_dashboard',
    forceNew: 'dashboardName',
    computed: 'dashboardArn',
    documents: 'dashboardBody',
  }),
  'aws:sns/topic:Topic': row({
    source: 'aws_sns_topic',
    forceNew: 'fifoTopic name namePrefix',
    optionalComputed: 'fifoThroughputScope name namePrefix policy signatureVersion tracingConfig',
    computed: 'arn beginningArchiveTime owner tagsAll',
    documents: 'policy',
    name: ['name', 256],
  }),
  'aws:sns/topicPolicy:TopicPolicy': row({
    source: 'aws_sns_topic_policy',
    forceNew: 'arn',
    computed: 'owner',
    documents: 'policy',
  }),
};
