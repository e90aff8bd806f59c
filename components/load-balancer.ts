import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { Component, type ComponentOptions } from './component';
import { trust } from './iam';
import type { LogBucket } from './log-bucket';

export interface LoadBalancerArgs {
  /** Region, part of the role's name. @recovery none: only a name */
  readonly region: string;
  /** Network that the load balancer stands in. @recovery none: only where it stands */
  readonly vpcId: pulumi.Input<string>;
  /** Public subnets, one in each zone. @recovery guests still arrive when a zone is lost, through the others */
  readonly subnetIds: pulumi.Input<string>[];
  /**
   * Where guests arrive; the same on both sites, so that DNS alone moves them.
   * @recovery DNS carries no port: with another one guests find the door closed after a failover
   */
  readonly listenerPort: number;
  /**
   * Certificate of the domain, in this region.
   * @recovery guests refuse a site whose certificate has run out, and in standby nobody notices
   */
  readonly certificateArn: string;
  /** Bucket that is told who asked for what. @recovery none: it says what happened and brings nothing back */
  readonly logs: LogBucket;
}

/** Where the guests of a site arrive. It stands in standby too: nothing of it is made during a failover. */
export class LoadBalancer extends Component {
  readonly dnsName: pulumi.Output<string>;
  readonly zoneId: pulumi.Output<string>;
  /** The part of its ARN that metrics are told apart by. */
  readonly arnSuffix: pulumi.Output<string>;
  readonly listenerArn: pulumi.Output<string>;
  /** Of the load balancer: what it calls must let it in. */
  readonly securityGroupId: pulumi.Output<string>;
  /** With this role ECS moves guests between target groups. */
  readonly shiftRoleArn: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, options: ComponentOptions) {
    super('LoadBalancer', name, options);
    this.securityGroupId = this.door(args);
    const balancer = new aws.lb.LoadBalancer(
      this.childName('balancer'),
      {
        name: `agente-dr-${name}`,
        loadBalancerType: 'application',
        internal: false,
        subnets: args.subnetIds,
        securityGroups: [this.securityGroupId],
        dropInvalidHeaderFields: true,
        enableDeletionProtection: true,
        accessLogs: { bucket: args.logs.bucketName, enabled: true },
      },
      this.child({ protect: true, dependsOn: [args.logs.policy] }),
    );
    this.listenerArn = this.listen(balancer, args);
    this.shiftRoleArn = this.shiftRole(args);
    this.dnsName = balancer.dnsName;
    this.zoneId = balancer.zoneId;
    this.arnSuffix = balancer.arnSuffix;
    this.registerOutputs({ dnsName: this.dnsName });
  }

  /** What no entrance has asked for is nobody's. */
  private listen(balancer: aws.lb.LoadBalancer, args: LoadBalancerArgs): pulumi.Output<string> {
    const listener = new aws.lb.Listener(
      this.childName('listener'),
      {
        loadBalancerArn: balancer.arn,
        port: args.listenerPort,
        protocol: 'HTTPS',
        sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        certificateArn: args.certificateArn,
        defaultActions: [{ type: 'fixed-response', fixedResponse: { contentType: 'text/plain', statusCode: '404' } }],
      },
      this.child(),
    );
    return listener.arn;
  }

  private door(args: LoadBalancerArgs): pulumi.Output<string> {
    const group = new aws.ec2.SecurityGroup(
      this.childName('door'),
      { vpcId: args.vpcId, description: `guests of ${this.label}`, tags: this.nameTag() },
      this.child(),
    );
    new aws.vpc.SecurityGroupIngressRule(
      this.childName('door-guests'),
      {
        securityGroupId: group.id,
        cidrIpv4: '0.0.0.0/0',
        ipProtocol: 'tcp',
        fromPort: args.listenerPort,
        toPort: args.listenerPort,
      },
      this.child(),
    );
    return group.id;
  }

  private shiftRole(args: LoadBalancerArgs): pulumi.Output<string> {
    const role = new aws.iam.Role(
      this.childName('shift'),
      // IAM is one for all regions, so the name says which. That ECS says for whom it works is documented for volumes only.
      { name: `agente-dr-${this.label}-shift-${args.region}`, assumeRolePolicy: trust('ecs.amazonaws.com', null) },
      this.child(),
    );
    const rights = new aws.iam.RolePolicyAttachment(
      this.childName('shift'),
      { role: role.name, policyArn: 'arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers' },
      this.child(),
    );
    return pulumi.all([role.arn, rights.id]).apply(([arn]) => arn);
  }
}
