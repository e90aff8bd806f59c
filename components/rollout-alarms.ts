import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { duration } from '../recovery/duration';
import type { Component } from './component';

/** Answers of 500 and above, in a minute, that call a rollout bad. */
const tooManyErrors = { count: 10, within: duration('1m') } as const;

export interface RolloutAlarmsArgs {
  /**
   * The part of the load balancer's ARN that metrics are told apart by.
   * @recovery with a wrong one no error is seen, and a bad version stays
   */
  readonly balancerSuffix: pulumi.Input<string>;
  /**
   * Colour -> the part of its target group's ARN that metrics are told apart by.
   * @recovery a colour that is left out can serve errors without being left behind
   */
  readonly targetGroups: Readonly<Record<string, pulumi.Input<string>>>;
}

/** They wake nobody: ECS looks at them while it rolls out, and goes back when one is raised. */
export function rolloutAlarms(owner: Component, args: RolloutAlarmsArgs): aws.cloudwatch.MetricAlarm[] {
  return Object.entries(args.targetGroups).map(
    ([colour, suffix]) =>
      new aws.cloudwatch.MetricAlarm(
        owner.childName(`${colour}-errors`),
        {
          name: `agente-dr-${owner.label}-${colour}-errors`,
          alarmDescription: `${owner.label} answers with errors (${colour})`,
          namespace: 'AWS/ApplicationELB',
          metricName: 'HTTPCode_Target_5XX_Count',
          dimensions: { LoadBalancer: args.balancerSuffix, TargetGroup: suffix },
          statistic: 'Sum',
          comparisonOperator: 'GreaterThanThreshold',
          threshold: tooManyErrors.count,
          period: tooManyErrors.within.toWholeSeconds(),
          evaluationPeriods: 1,
          // The metric is not written where there is no error.
          treatMissingData: 'notBreaching',
        },
        owner.child(),
      ),
  );
}
