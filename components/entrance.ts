import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';
import type { LoadBalancer } from './load-balancer';
import type { ShiftedEntrance } from './rollout';
import { rolloutAlarms } from './rollout-alarms';

export interface EntranceArgs {
  /**
   * Load balancer whose listener asks the rules.
   * @recovery none in a failover: listener and rules stand in standby too
   */
  readonly balancer: LoadBalancer;
  /** Network that the target group stands in. @recovery none: only where it stands */
  readonly vpcId: pulumi.Input<string>;
  /** What guests ask for here, such as `/*`. @recovery none: only which service answers */
  readonly paths: readonly string[];
  /**
   * Rules are asked in this order; a narrower path comes before a wider one. Uses this number and the one before.
   * @recovery none: only an order
   */
  readonly priority: number;
  /** Where tasks listen. @recovery none: the same in every role */
  readonly port: number;
  /**
   * Path that answers 200 when a task can serve.
   * @recovery guests are sent to what answers well, so it must not answer well before the stores are there
   */
  readonly healthPath: string;
  /**
   * Group of the tasks, which lets the load balancer in.
   * @recovery a task that does not let it in is never healthy, and serves nobody
   */
  readonly taskSecurityGroupId: pulumi.Input<string>;
}

/** Two good answers to be in, two bad ones to be out: a task that starts serves after 10 s at most. */
const health = { interval: duration('5s'), timeout: duration('3s'), threshold: 2 } as const;
/** Longer than any booking takes. */
const drain = duration('10s');
/** Requests with this header see the next version before guests do. */
const previewHeader = { httpHeaderName: 'x-agente-rollout', values: ['next'] } as const;

/**
 * The way of guests to one service: two target groups, of which one has the guests. ECS moves them
 * with the weights of the rules, so what the rules forward to is its business after they are made.
 */
export class Entrance extends Component implements ShiftedEntrance {
  readonly targetGroupArn: pulumi.Output<string>;
  readonly alternateTargetGroupArn: pulumi.Output<string>;
  readonly productionRuleArn: pulumi.Output<string>;
  readonly testRuleArn: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  /** The part of the first target group's ARN that metrics are told apart by. */
  readonly targetGroupSuffix: pulumi.Output<string>;
  /** Alarms that call a rollout bad. */
  readonly alarmNames: pulumi.Output<string>[];
  /** ECS refuses a service whose target group has no rule yet, or whose alarm is not there. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: EntranceArgs, options: ComponentOptions) {
    super('Entrance', name, options);
    const [blue, green] = [this.targets('blue', args), this.targets('green', args)];
    const production = this.rule('production', args, [blue, green]);
    const test = this.rule('test', args, [green, blue]);
    this.letIn(args);
    this.targetGroupArn = blue.arn;
    this.alternateTargetGroupArn = green.arn;
    this.targetGroupSuffix = blue.arnSuffix;
    this.productionRuleArn = production.arn;
    this.testRuleArn = test.arn;
    this.roleArn = args.balancer.shiftRoleArn;
    const alarms = rolloutAlarms(this, {
      balancerSuffix: args.balancer.arnSuffix,
      targetGroups: { blue: blue.arnSuffix, green: green.arnSuffix },
    });
    this.alarmNames = alarms.map((alarm) => alarm.name);
    this.ready = [production, test, ...alarms];
    this.registerOutputs({});
  }

  private targets(colour: 'blue' | 'green', args: EntranceArgs): aws.lb.TargetGroup {
    return new aws.lb.TargetGroup(
      this.childName(colour),
      {
        name: `${this.label}-${colour}`,
        targetType: 'ip',
        protocol: 'HTTP',
        port: args.port,
        vpcId: args.vpcId,
        deregistrationDelay: drain.toWholeSeconds(),
        healthCheck: {
          path: args.healthPath,
          matcher: '200',
          interval: health.interval.toWholeSeconds(),
          timeout: health.timeout.toWholeSeconds(),
          healthyThreshold: health.threshold,
          unhealthyThreshold: health.threshold,
        },
      },
      this.child(),
    );
  }

  private rule(
    what: 'production' | 'test',
    { balancer, paths, priority }: EntranceArgs,
    [first, second]: readonly [aws.lb.TargetGroup, aws.lb.TargetGroup],
  ): aws.lb.ListenerRule {
    const path = { pathPattern: { values: [...paths] } };
    const next = { httpHeader: { ...previewHeader, values: [...previewHeader.values] } };
    return new aws.lb.ListenerRule(
      this.childName(what),
      {
        listenerArn: balancer.listenerArn,
        priority: what === 'test' ? priority - 1 : priority,
        conditions: what === 'test' ? [path, next] : [path],
        actions: [
          {
            type: 'forward',
            forward: {
              targetGroups: [
                { arn: first.arn, weight: 100 },
                { arn: second.arn, weight: 0 },
              ],
            },
          },
        ],
      },
      // Set back to these weights, the rule would send guests to the version that was left behind.
      this.child({ ignoreChanges: ['actions'] }),
    );
  }

  private letIn({ balancer, taskSecurityGroupId, port }: EntranceArgs): void {
    const tcp = { ipProtocol: 'tcp', fromPort: port, toPort: port };
    new aws.vpc.SecurityGroupEgressRule(
      this.childName('out'),
      { securityGroupId: balancer.securityGroupId, referencedSecurityGroupId: taskSecurityGroupId, ...tcp },
      this.child(),
    );
    new aws.vpc.SecurityGroupIngressRule(
      this.childName('in'),
      { securityGroupId: taskSecurityGroupId, referencedSecurityGroupId: balancer.securityGroupId, ...tcp },
      this.child(),
    );
  }
}
