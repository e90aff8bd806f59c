import * as aws from '@pulumi/aws';
import { dataSubnets } from '../parts';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  new aws.lb.LoadBalancer(
    'redis-balancer',
    {
      loadBalancerType: 'network',
      subnets: dataSubnets(site),
      enableDeletionProtection: true,
      enableCrossZoneLoadBalancing: true,
    },
    { ...site, protect: true },
  );
};
