import * as aws from '@pulumi/aws';
import { dataSubnets } from '../parts';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  new aws.lb.LoadBalancer(
    'primary-balancer',
    {
      loadBalancerType: 'application',
      subnets: dataSubnets(site),
      enableDeletionProtection: true,
    },
    { ...site, protect: true },
  );
  new aws.lb.TargetGroup(
    'agente-api-blue',
    {
      port: 8000,
      protocol: 'HTTP',
      targetType: 'ip',
    },
    site,
  );
};
