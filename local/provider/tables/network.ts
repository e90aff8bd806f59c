import { row, type TypeTable } from './row';

export const networkTable: TypeTable = {
  'aws:ec2/vpc:Vpc': row({
    source: 'aws_vpc',
    forceNew: 'cidrBlock instanceTenancy ipv4IpamPoolId ipv4NetmaskLength',
    optionalComputed: `cidrBlock enableNetworkAddressUsageMetrics ipv6CidrBlock ipv6CidrBlockNetworkBorderGroup
      ipv6NetmaskLength`,
    computed: `arn defaultNetworkAclId defaultRouteTableId defaultSecurityGroupId dhcpOptionsId ipv6AssociationId
      mainRouteTableId ownerId tagsAll`,
  }),
  'aws:ec2/subnet:Subnet': row({
    source: 'aws_subnet',
    forceNew: `availabilityZone availabilityZoneId cidrBlock ipv4IpamPoolId ipv4NetmaskLength ipv6IpamPoolId ipv6Native
      outpostArn vpcId`,
    optionalComputed: 'availabilityZone availabilityZoneId cidrBlock ipv6CidrBlock privateDnsHostnameTypeOnLaunch',
    computed: 'arn ipv6CidrBlockAssociationId ownerId tagsAll',
  }),
  'aws:ec2/internetGateway:InternetGateway': row({
    source: 'aws_internet_gateway',
    optionalComputed: 'vpcId',
    computed: 'arn ownerId tagsAll',
  }),
  'aws:ec2/eip:Eip': row({
    source: 'aws_eip',
    forceNew: 'address customerOwnedIpv4Pool domain ipamPoolId networkBorderGroup publicIpv4Pool',
    optionalComputed: 'domain instance ipamPoolId networkBorderGroup networkInterface publicIpv4Pool',
    computed: `allocationId arn associationId carrierIp customerOwnedIp privateDns privateIp ptrRecord publicDns publicIp
      tagsAll`,
  }),
  'aws:ec2/natGateway:NatGateway': row({
    source: 'aws_nat_gateway',
    forceNew: 'allocationId availabilityMode connectivityType privateIp subnetId vpcId',
    optionalComputed: `availabilityMode privateIp secondaryAllocationIds secondaryPrivateIpAddressCount
      secondaryPrivateIpAddresses vpcId`,
    computed: `associationId autoProvisionZones autoScalingIps networkInterfaceId publicIp regionalNatGatewayAddresses
      regionalNatGatewayAutoMode routeTableId tagsAll`,
  }),
  'aws:ec2/routeTable:RouteTable': row({
    source: 'aws_route_table',
    forceNew: 'vpcId',
    optionalComputed: 'propagatingVgws routes',
    computed: 'arn ownerId tagsAll',
  }),
  'aws:ec2/route:Route': row({
    source: 'aws_route',
    forceNew: 'destinationCidrBlock destinationIpv6CidrBlock destinationPrefixListId routeTableId',
    optionalComputed: 'networkInterfaceId',
    computed: 'instanceId instanceOwnerId origin state',
  }),
  'aws:ec2/routeTableAssociation:RouteTableAssociation': row({
    source: 'aws_route_table_association',
    forceNew: 'gatewayId subnetId',
  }),
  'aws:ec2/vpcEndpoint:VpcEndpoint': row({
    source: 'aws_vpc_endpoint',
    forceNew: 'resourceConfigurationArn serviceName serviceNetworkArn serviceRegion vpcEndpointType vpcId',
    optionalComputed: `dnsOptions ipAddressType policy privateDnsEnabled routeTableIds securityGroupIds serviceRegion
      subnetConfigurations subnetIds`,
    computed: 'arn cidrBlocks dnsEntries networkInterfaceIds ownerId prefixListId requesterManaged state tagsAll',
    documents: 'policy',
  }),
  'aws:ec2/securityGroup:SecurityGroup': row({
    source: 'aws_security_group',
    forceNew: 'description name namePrefix vpcId',
    optionalComputed: 'egress ingress name namePrefix vpcId',
    computed: 'arn ownerId tagsAll',
    name: ['name', 255],
  }),
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': row({
    source: 'aws_vpc_security_group_ingress_rule',
    forceNew: 'securityGroupId',
    computed: 'arn securityGroupRuleId tagsAll',
  }),
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': row({
    source: 'aws_vpc_security_group_egress_rule',
    forceNew: 'securityGroupId',
    computed: 'arn securityGroupRuleId tagsAll',
  }),
  'aws:ec2/flowLog:FlowLog': row({
    source: 'aws_flow_log',
    forceNew: `deliverCrossAccountRole destinationOptions eniId iamRoleArn logDestination logDestinationType logFormat
      maxAggregationInterval regionalNatGatewayId subnetId tagFieldSpecifications trafficType
      transitGatewayAttachmentId transitGatewayId vpcId`,
    optionalComputed: 'logDestination logFormat',
    computed: 'arn tagsAll',
  }),
};
