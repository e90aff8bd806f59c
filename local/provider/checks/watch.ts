import {
  all,
  conflictsWith,
  count,
  documentIn,
  isGiven,
  known,
  knownNumber,
  needs,
  needsEither,
  oneOf,
  plain,
  text,
  unless,
  wholeNumber,
  type Rule,
  type RuleTable,
} from './rule';

const [hour, day, week] = [3_600, 86_400, 604_800];

const topicName: Rule = (value, inputs) => {
  const ordered = known(inputs, 'fifoTopic') ?? (isGiven(inputs, 'fifoTopic') ? null : false);
  // Whether it keeps an order may not be known yet.
  if (ordered !== true && /^[\w-]{1,256}$/.test(plain(value))) return null;
  if (ordered !== false && /^[\w-]{1,251}\.fifo$/.test(plain(value))) return null;
  const end = ordered === true ? ' and .fifo at the end' : '';
  return `must be at most 256 letters, digits, hyphens and underscores${end}, got ${plain(value)}`;
};

/** What stands for a part that was read. */
const truth = '✓';
const state = '(?:ALARM|OK|INSUFFICIENT_DATA)';
const parts = [
  `\\bAT_LEAST\\s*\\(\\s*\\d+%?\\s*,\\s*(?:NOT\\s+)?${state}\\s*,\\s*\\([^()]+\\)\\s*\\)`,
  `\\b${state}\\s*\\(\\s*(?:"[^"]+"|[^\\s"()]+)\\s*\\)`,
  '\\b(?:TRUE|FALSE)\\b',
].map((part) => new RegExp(part, 'g'));
const joined = new RegExp(`\\(\\s*${truth}\\s*\\)|\\bNOT\\s*${truth}|${truth}\\s*(?:AND|OR)\\s*${truth}`);

/** States of alarms, joined: reduced from the inside until one truth is left. */
const alarmRule: Rule = (value) => {
  let rest = parts.reduce((left, part) => left.replace(part, truth), plain(value).replaceAll(truth, '')).trim();
  while (joined.test(rest)) rest = rest.replace(joined, truth);
  return rest === truth ? null : `must be made of ALARM("…"), OK("…"), AND, OR and NOT, got ${JSON.stringify(value)}`;
};

const period = unless(
  (value) => [10, 20, 30].includes(Number(value)) || (Number(value) > 0 && Number(value) % 60 === 0),
  'must be 10, 20, 30 or a multiple of 60',
);

/** What an alarm looks back on. */
const span: Rule = (value, inputs) => {
  const seconds = knownNumber(inputs, 'period') ?? 0;
  const most = seconds < hour ? day : week;
  return Number(value) * seconds <= most ? null : `times period must be at most ${String(most)} seconds`;
};

const atMostPeriods = unless(
  (value, inputs) => Number(value) <= (knownNumber(inputs, 'evaluationPeriods') ?? Infinity),
  'must not be above evaluationPeriods',
);

/** Topics, alarms and the page that shows them. */
export const watchRules: RuleTable = {
  'aws:sns/topic:Topic': {
    name: topicName,
    contentBasedDeduplication: needs('fifoTopic'),
    fifoThroughputScope: needs('fifoTopic'),
    archivePolicy: needs('fifoTopic'),
  },
  'aws:sns/topicPolicy:TopicPolicy': {
    arn: text(/^arn:/, 'the ARN of a topic'),
    policy: unless((value) => documentIn(value) !== undefined, 'must be a JSON document'),
  },
  'aws:cloudwatch/metricAlarm:MetricAlarm': {
    name: text(/^.{1,255}$/, 'at most 255 characters'),
    comparisonOperator: all(
      oneOf(
        ...['GreaterThanOrEqualToThreshold', 'GreaterThanThreshold', 'LessThanThreshold', 'LessThanOrEqualToThreshold'],
        ...['GreaterThanUpperThreshold', 'LessThanLowerThreshold', 'LessThanLowerOrGreaterThanUpperThreshold'],
      ),
      needsEither('threshold', 'thresholdMetricId'),
    ),
    evaluationPeriods: all(wholeNumber(1, day), needsEither('metricName', 'metricQueries'), span),
    datapointsToAlarm: all(wholeNumber(1, day), atMostPeriods),
    metricName: all(needs('namespace', 'period'), needsEither('statistic', 'extendedStatistic')),
    period: all(period, conflictsWith('metricQueries')),
    statistic: all(oneOf('Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum'), conflictsWith('metricQueries')),
    treatMissingData: oneOf('breaching', 'ignore', 'missing', 'notBreaching'),
    alarmActions: count(0, 5),
    okActions: count(0, 5),
    insufficientDataActions: count(0, 5),
  },
  'aws:cloudwatch/dashboard:Dashboard': {
    dashboardName: text(/^[\w-]{1,255}$/, 'at most 255 letters, digits, hyphens and underscores'),
    dashboardBody: unless((value) => documentIn(value) !== undefined, 'must be a JSON document'),
  },
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': {
    alarmName: text(/^.{1,255}$/, 'at most 255 characters'),
    alarmRule: all(text(/^[^]{1,10240}$/, 'at most 10240 characters'), alarmRule),
    alarmActions: count(0, 5),
    okActions: count(0, 5),
    insufficientDataActions: count(0, 5),
  },
};
