import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';

export interface LoadBalancerArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<string>[];
  /** Where guests arrive; the same on both sites, so that DNS alone moves them. */
  readonly listenerPort: number;
  readonly certificateArn: string;
  /** Where tasks listen. */
  readonly targetPort: number;
  readonly healthPath: string;
  readonly taskSecurityGroupId: pulumi.Input<string>;
}

/** Two good answers to be in, two bad ones to be out: a task that starts serves after 10 s at most. */
const health = { interval: duration('5s'), timeout: duration('3s'), threshold: 2 } as const;
/** Longer than any booking takes. */
const drain = duration('10s');

/** Where the guests of a site arrive. It stands in standby too: nothing of it is made during a failover. */
export class LoadBalancer extends Component {
  readonly dnsName: pulumi.Output<string>;
  readonly zoneId: pulumi.Output<string>;
  readonly targetGroupArn: pulumi.Output<string>;
  /** ECS refuses a service whose target group has no listener yet. */
  readonly listener: aws.lb.Listener;

  constructor(name: string, args: LoadBalancerArgs, options: ComponentOptions) {
    super('LoadBalancer', name, options);
    const balancer = new aws.lb.LoadBalancer(
      this.childName('balancer'),
      {
        name: `agente-dr-${name}`,
        loadBalancerType: 'application',
        internal: false,
        subnets: args.subnetIds,
        securityGroups: [this.door(args)],
        dropInvalidHeaderFields: true,
        enableDeletionProtection: true,
      },
      this.child({ protect: true }),
    );
    const targets = this.targets(args);
    this.listener = this.listen(balancer, targets, args);
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    this.targetGroupArn = targets.arn;
    this.registerOutputs({ dnsName: this.dnsName });
  }

  private targets(args: LoadBalancerArgs): aws.lb.TargetGroup {
    return new aws.lb.TargetGroup(
      this.childName('targets'),
      {
        name: `agente-dr-${this.label}`,
        targetType: 'ip',
        protocol: 'HTTP',
        port: args.targetPort,
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

  private listen(balancer: aws.lb.LoadBalancer, targets: aws.lb.TargetGroup, args: LoadBalancerArgs): aws.lb.Listener {
    return new aws.lb.Listener(
      this.childName('listener'),
      {
        loadBalancerArn: balancer.arn,
        port: args.listenerPort,
        protocol: 'HTTPS',
        sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        certificateArn: args.certificateArn,
        defaultActions: [{ type: 'forward', targetGroupArn: targets.arn }],
      },
      this.child(),
    );
  }

  private door(args: LoadBalancerArgs): pulumi.Output<string> {
    const group = new aws.ec2.SecurityGroup(
      this.childName('door'),
      { vpcId: args.vpcId, description: `guests of ${this.label}`, tags: this.nameTag() },
      this.child(),
    );
    const tcp = (port: number) => ({ ipProtocol: 'tcp', fromPort: port, toPort: port });
    new aws.vpc.SecurityGroupIngressRule(
      this.childName('door-guests'),
      { securityGroupId: group.id, cidrIpv4: '0.0.0.0/0', ...tcp(args.listenerPort) },
      this.child(),
    );
    new aws.vpc.SecurityGroupEgressRule(
      this.childName('door-tasks'),
      { securityGroupId: group.id, referencedSecurityGroupId: args.taskSecurityGroupId, ...tcp(args.targetPort) },
      this.child(),
    );
    new aws.vpc.SecurityGroupIngressRule(
      this.childName('tasks-door'),
      { securityGroupId: args.taskSecurityGroupId, referencedSecurityGroupId: group.id, ...tcp(args.targetPort) },
      this.child(),
    );
    return group.id;
  }
}
