import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';

/** One figure of CloudWatch, and from where on it endangers the promise. */
export interface AlarmPlan {
  /** Part of the alarm's name. @recovery none: only a name, by which `notReady` finds it */
  readonly id: string;
  /** What is in danger, for whoever is woken. @recovery none: only text */
  readonly description: string;
  /** Namespace of the figure in CloudWatch. @recovery a wrong one has no figures: the alarm says what `missing` says */
  readonly namespace: string;
  /** Name of the figure. @recovery decides which danger is seen before an objective is lost */
  readonly metricName: string;
  /**
   * What tells this figure from others of its name.
   * @recovery with a wrong one the store that is in danger is not watched
   */
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  /** What is taken of a period's values. @recovery the wrong end hides the peak that endangers the promise */
  readonly statistic: 'Maximum' | 'Minimum' | 'Sum';
  /** Side of the threshold that is danger. @recovery the wrong side is silent when it matters */
  readonly raisedWhen: 'above' | 'below';
  /**
   * In the figure's own unit: seconds, bytes or a count.
   * @recovery crossed too late, people are told when the objective is already lost
   */
  readonly threshold: number;
  /** Length of a period, in whole seconds. @recovery times `periods`, the time in which nobody knows */
  readonly period: Duration;
  /** Periods in a row. @recovery each adds its length to the time in which nobody knows */
  readonly periods: number;
  /**
   * What silence means. `breaching`: who measures is as broken as what is measured; `notBreaching`: the metric is
   * written only when something has happened.
   * @recovery `notBreaching` for what is always measured hides that nobody measures
   */
  readonly missing: 'breaching' | 'notBreaching';
  /**
   * In which roles it wakes somebody. A site that stands by has no replica of its own and takes no backups, and a site
   * that serves follows nobody: there the alarm stands and says nothing.
   * @recovery what is silent in standby is found broken on the bad night
   */
  readonly speaks: 'always' | 'when-active' | 'when-standby';
}

export interface RecoveryAlarmsArgs {
  /**
   * Topic that every alarm is sent to.
   * @recovery its subscribers are who notices: without one the time to detect has no bound
   */
  readonly topicArn: pulumi.Input<string>;
  /** Every alarm of the site. @recovery what none of them watches is noticed by guests */
  readonly alarms: readonly AlarmPlan[];
  /** Whether the site serves. @recovery decides which alarms speak; a failover switches it */
  readonly active: boolean;
  /**
   * The alarms, by id, of which one is enough to say that the site cannot take over.
   * @recovery what is left out here is not seen by who looks before a failover
   */
  readonly notReady: readonly string[];
}

const speaksNow = ({ speaks }: AlarmPlan, active: boolean): boolean =>
  speaks === 'always' || (speaks === 'when-active') === active;

/** Speaks before an objective is lost, not after: its thresholds come from the promise. */
export class RecoveryAlarms extends Component {
  constructor(name: string, args: RecoveryAlarmsArgs, options: ComponentOptions) {
    super('RecoveryAlarms', name, options);
    const made = new Map(args.alarms.map((plan) => [plan.id, this.alarm(plan, args)] as const));
    this.readiness(args, made);
    this.registerOutputs({});
  }

  private alarm(plan: AlarmPlan, { topicArn, active }: RecoveryAlarmsArgs): aws.cloudwatch.MetricAlarm {
    return new aws.cloudwatch.MetricAlarm(
      this.childName(plan.id),
      {
        name: `agente-dr-${plan.id}`,
        alarmDescription: plan.description,
        namespace: plan.namespace,
        metricName: plan.metricName,
        dimensions: plan.dimensions,
        statistic: plan.statistic,
        comparisonOperator: plan.raisedWhen === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
        threshold: plan.threshold,
        period: plan.period.toWholeSeconds(),
        evaluationPeriods: plan.periods,
        treatMissingData: plan.missing,
        actionsEnabled: speaksNow(plan, active),
        alarmActions: [topicArn],
        okActions: [topicArn],
      },
      this.child(),
    );
  }

  /**
   * One line that a person reads before a failover: raised while anything that a takeover needs is in
   * danger. It tells nobody by itself. The alarms that it is made of do, and a composite alarm whose voice
   * is switched is replaced by the provider, which no failover may do.
   */
  private readiness({ notReady }: RecoveryAlarmsArgs, made: ReadonlyMap<string, aws.cloudwatch.MetricAlarm>): void {
    const needed = notReady.map((id) => {
      const alarm = made.get(id);
      if (alarm === undefined) throw new RangeError(`readiness needs alarm ${id}, which is not planned`);
      return alarm;
    });
    new aws.cloudwatch.CompositeAlarm(
      this.childName('not-ready'),
      {
        alarmName: 'agente-dr-not-ready',
        alarmDescription: 'this site could not take over within its objectives',
        alarmRule: notReady.map((id) => `ALARM("agente-dr-${id}")`).join(' OR '),
      },
      this.child({ dependsOn: needed }),
    );
  }
}
