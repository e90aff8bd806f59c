import { otherStrategy } from './conditions';
import { row, type TypeTable } from './row';

/** What serves guests: containers, load balancers, scaling, DNS. */
export const serviceTable: TypeTable = {
  'aws:ecs/cluster:Cluster': row({
    source: 'aws_ecs_cluster',
    forceNew: 'name',
    optionalComputed: 'name settings',
    computed: 'arn tagsAll',
    name: ['name', 255],
  }),
  'aws:ecs/taskDefinition:TaskDefinition': row({
    source: 'aws_ecs_task_definition',
    forceNew: `containerDefinitions cpu enableFaultInjection ephemeralStorage executionRoleArn family ipcMode memory
      networkMode pidMode placementConstraints proxyConfiguration requiresCompatibilities runtimePlatform taskRoleArn
      volumes`,
    optionalComputed: 'enableFaultInjection networkMode',
    computed: 'arn arnWithoutRevision revision tagsAll',
    documents: 'containerDefinitions',
    // The official provider sorts containers, their environment and their secrets by name, and nothing else.
    ordered: `containerDefinitions.command containerDefinitions.dependsOn containerDefinitions.entryPoint
      containerDefinitions.healthCheck.command containerDefinitions.mountPoints containerDefinitions.portMappings`,
  }),
  'aws:ecs/service:Service': row({
    source: 'aws_ecs_service',
    forceNew: 'cluster iamRole launchType name schedulingStrategy',
    optionalComputed: `availabilityZoneRebalancing cluster deploymentConfiguration iamRole launchType name
      platformVersion triggers`,
    computed: 'arn tagsAll',
    ordered: 'orderedPlacementStrategies',
    replacesWhen: { capacityProviderStrategies: otherStrategy },
    name: ['name', 255],
  }),
  'aws:appautoscaling/target:Target': row({
    source: 'aws_appautoscaling_target',
    forceNew: 'resourceId scalableDimension serviceNamespace',
    optionalComputed: 'roleArn suspendedState',
    computed: 'arn tagsAll',
  }),
  'aws:appautoscaling/policy:Policy': row({
    source: 'aws_appautoscaling_policy',
    forceNew: 'name resourceId scalableDimension serviceNamespace',
    optionalComputed: 'name',
    computed: 'alarmArns arn',
    name: ['name', 255],
  }),
  'aws:lb/loadBalancer:LoadBalancer': row({
    source: 'aws_lb',
    forceNew: 'customerOwnedIpv4Pool internal loadBalancerType name namePrefix',
    optionalComputed: `enforceSecurityGroupInboundRulesOnPrivateLinkTraffic internal ipAddressType name namePrefix
      secondaryIpsAutoAssignedPerSubnet securityGroups subnetMappings subnets`,
    computed: 'arn arnSuffix dnsName tagsAll vpcId zoneId',
    name: ['name', 32],
  }),
  'aws:lb/targetGroup:TargetGroup': row({
    source: 'aws_lb_target_group',
    forceNew: 'ipAddressType name namePrefix port protocol protocolVersion targetControlPort targetType vpcId',
    optionalComputed: `connectionTermination healthCheck ipAddressType loadBalancingAlgorithmType
      loadBalancingAnomalyMitigation loadBalancingCrossZoneEnabled name namePrefix preserveClientIp protocolVersion
      stickiness targetFailovers targetGroupHealth targetHealthStates`,
    computed: 'arn arnSuffix loadBalancerArns tagsAll',
    name: ['name', 32],
  }),
  'aws:lb/listener:Listener': row({
    source: 'aws_lb_listener',
    forceNew: 'loadBalancerArn',
    optionalComputed: 'mutualAuthentication protocol sslPolicy',
    computed: 'arn tagsAll',
    ordered: 'defaultActions',
  }),
  'aws:lb/listenerRule:ListenerRule': row({
    source: 'aws_lb_listener_rule',
    forceNew: 'listenerArn',
    optionalComputed: 'priority',
    computed: 'arn tagsAll',
  }),
  'aws:route53/healthCheck:HealthCheck': row({
    source: 'aws_route53_health_check',
    forceNew: 'measureLatency referenceName requestInterval routingControlArn type',
    optionalComputed: 'enableSni failureThreshold',
    computed: 'arn tagsAll',
    global: true,
  }),
  'aws:route53/record:Record': row({
    source: 'aws_route53_record',
    forceNew: 'name zoneId',
    optionalComputed: 'allowOverwrite',
    computed: 'fqdn',
    global: true,
  }),
};
