import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { Component, type ComponentOptions } from './component';
import { logFlows } from './flow-log';
import { planSubnets, type SubnetPlan } from './network-plan';
import { serviceEndpoints } from './service-endpoints';

export interface NetworkArgs {
  /** Account that the flow logs are written for. @recovery none: only who may write them */
  readonly accountId: string;
  /**
   * Region of the network.
   * @recovery tasks start through this region's own endpoints, without the internet and without the other region
   */
  readonly region: string;
  /**
   * IPv4 block of the site, a /24 at least; must not overlap the other site's.
   * @recovery another block would be other subnets, with new stores in them
   */
  readonly cidr: string;
  /**
   * Availability zones by name, so that nothing has to be asked of AWS.
   * @recovery with two or more, each with a NAT gateway of its own, the loss of one leaves the site well
   */
  readonly zones: readonly string[];
  /** Key that encrypts the flow logs. @recovery none: only what is known of an intrusion goes with it */
  readonly keyArn: pulumi.Input<string>;
}

/**
 * The site's network. It stands complete in every role, with a NAT gateway in each zone: with one for
 * all, the loss of its zone would cut the keeper off from two of three witnesses and fence a site that
 * is well.
 */
export class Network extends Component {
  readonly vpcId: pulumi.Output<string>;
  /** Of what guests reach. */
  readonly publicSubnetIds: pulumi.Output<string>[];
  /** Of tasks: they call out, nobody calls in. */
  readonly privateSubnetIds: pulumi.Output<string>[];
  /** Of stores: no way out of the network, and none in. */
  readonly dataSubnetIds: pulumi.Output<string>[];
  /** Of every task: may call out, is reached by nobody until somebody is let in. */
  readonly taskSecurityGroupId: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, options: ComponentOptions) {
    super('Network', name, options);
    const vpc = this.vpc(args);
    const publicRoutes = this.publicRoutes(vpc);
    const plans = planSubnets(args.cidr, args.zones);
    const zones = plans.map((plan) => this.zone(vpc, plan, publicRoutes));
    this.vpcId = vpc.id;
    this.publicSubnetIds = zones.map((zone) => zone.publicSubnet.id);
    this.privateSubnetIds = zones.map((zone) => zone.privateSubnet.id);
    const dataRoutes = this.dataRoutes(vpc);
    this.dataSubnetIds = this.dataSubnets(vpc, plans, dataRoutes);
    this.taskSecurityGroupId = this.taskSecurityGroup(vpc);
    serviceEndpoints(this, {
      ...args,
      vpcId: vpc.id,
      subnetIds: this.privateSubnetIds,
      // A cache with a file is a task beside the data, and the layers of its image lie in S3.
      routeTableIds: [...zones.map((zone) => zone.privateRoutes.id), dataRoutes.id],
    });
    logFlows(this, { ...args, vpcId: vpc.id });
    this.registerOutputs({ vpcId: this.vpcId });
  }

  private vpc(args: NetworkArgs): aws.ec2.Vpc {
    return new aws.ec2.Vpc(
      this.childName('vpc'),
      { cidrBlock: args.cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: this.nameTag() },
      this.child(),
    );
  }

  private publicRoutes(vpc: aws.ec2.Vpc): aws.ec2.RouteTable {
    const gateway = new aws.ec2.InternetGateway(
      this.childName('gateway'),
      { vpcId: vpc.id, tags: this.nameTag() },
      this.child(),
    );
    const table = new aws.ec2.RouteTable(
      this.childName('public'),
      { vpcId: vpc.id, tags: this.nameTag('public') },
      this.child(),
    );
    new aws.ec2.Route(
      this.childName('public'),
      { routeTableId: table.id, destinationCidrBlock: '0.0.0.0/0', gatewayId: gateway.id },
      this.child(),
    );
    return table;
  }

  private zone(vpc: aws.ec2.Vpc, plan: SubnetPlan, publicRoutes: aws.ec2.RouteTable): Zone {
    const publicSubnet = this.subnet(vpc, `public-${plan.zone}`, plan.zone, plan.publicCidr);
    const privateSubnet = this.subnet(vpc, `private-${plan.zone}`, plan.zone, plan.privateCidr);
    const privateRoutes = this.wayOut(vpc, plan.zone, publicSubnet, publicRoutes);
    for (const [kind, subnet, table] of [
      ['public', publicSubnet, publicRoutes],
      ['private', privateSubnet, privateRoutes],
    ] as const) {
      this.route(`${kind}-${plan.zone}`, subnet, table);
    }
    return { publicSubnet, privateSubnet, privateRoutes };
  }

  /** One table without a way out serves all: what leaves the zone stays in the network, or goes to S3. */
  private dataRoutes(vpc: aws.ec2.Vpc): aws.ec2.RouteTable {
    return new aws.ec2.RouteTable(this.childName('data'), { vpcId: vpc.id, tags: this.nameTag('data') }, this.child());
  }

  private dataSubnets(
    vpc: aws.ec2.Vpc,
    plans: readonly SubnetPlan[],
    table: aws.ec2.RouteTable,
  ): pulumi.Output<string>[] {
    return plans.map(({ zone, dataCidr }) => {
      const subnet = this.subnet(vpc, `data-${zone}`, zone, dataCidr);
      this.route(`data-${zone}`, subnet, table);
      return subnet.id;
    });
  }

  private route(what: string, subnet: aws.ec2.Subnet, table: aws.ec2.RouteTable): void {
    new aws.ec2.RouteTableAssociation(
      this.childName(what),
      { subnetId: subnet.id, routeTableId: table.id },
      this.child(),
    );
  }

  private subnet(vpc: aws.ec2.Vpc, what: string, zone: string, cidr: string): aws.ec2.Subnet {
    return new aws.ec2.Subnet(
      this.childName(what),
      { vpcId: vpc.id, availabilityZone: zone, cidrBlock: cidr, tags: this.nameTag(what) },
      this.child(),
    );
  }

  private wayOut(
    vpc: aws.ec2.Vpc,
    zone: string,
    publicSubnet: aws.ec2.Subnet,
    publicRoutes: aws.ec2.RouteTable,
  ): aws.ec2.RouteTable {
    const what = `private-${zone}`;
    const address = new aws.ec2.Eip(
      this.childName(`nat-${zone}`),
      { domain: 'vpc', tags: this.nameTag(`nat-${zone}`) },
      this.child(),
    );
    const nat = new aws.ec2.NatGateway(
      this.childName(`nat-${zone}`),
      { allocationId: address.id, subnetId: publicSubnet.id, tags: this.nameTag(`nat-${zone}`) },
      // A NAT gateway in a subnet without a way out is made, and then fails.
      this.child({ dependsOn: [publicRoutes] }),
    );
    const table = new aws.ec2.RouteTable(
      this.childName(what),
      { vpcId: vpc.id, tags: this.nameTag(what) },
      this.child(),
    );
    new aws.ec2.Route(
      this.childName(what),
      { routeTableId: table.id, destinationCidrBlock: '0.0.0.0/0', natGatewayId: nat.id },
      this.child(),
    );
    return table;
  }

  private taskSecurityGroup(vpc: aws.ec2.Vpc): pulumi.Output<string> {
    const group = new aws.ec2.SecurityGroup(
      this.childName('tasks'),
      { vpcId: vpc.id, description: 'tasks', tags: this.nameTag('tasks') },
      this.child(),
    );
    new aws.vpc.SecurityGroupEgressRule(
      this.childName('tasks-out'),
      { securityGroupId: group.id, ipProtocol: '-1', cidrIpv4: '0.0.0.0/0' },
      this.child(),
    );
    return group.id;
  }
}

interface Zone {
  readonly publicSubnet: aws.ec2.Subnet;
  readonly privateSubnet: aws.ec2.Subnet;
  readonly privateRoutes: aws.ec2.RouteTable;
}
