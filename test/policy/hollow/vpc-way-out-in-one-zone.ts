import * as aws from '@pulumi/aws';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  const vpc = new aws.ec2.Vpc('network-vpc', { cidrBlock: '10.20.0.0/16' }, site);
  new aws.ec2.Vpc('tools-vpc', { cidrBlock: '10.30.0.0/16' }, site);
  const zone = (name: string, cidrBlock: string) =>
    new aws.ec2.Subnet(`network-${name}`, { vpcId: vpc.id, availabilityZone: `us-east-1${name}`, cidrBlock }, site);
  const [a, b] = [zone('a', '10.20.0.0/24'), zone('b', '10.20.1.0/24')];
  new aws.ec2.NatGateway('network-nat-a', { subnetId: a.id, allocationId: 'eipalloc-1' }, site);
  new aws.ec2.NatGateway('network-nat-b', { subnetId: a.id, allocationId: 'eipalloc-2' }, site);
  new aws.ec2.VpcEndpoint(
    'network-secretsmanager',
    {
      vpcId: vpc.id,
      serviceName: 'com.amazonaws.us-east-1.secretsmanager',
      vpcEndpointType: 'Interface',
      subnetIds: [a.id, b.id],
    },
    site,
  );
};
