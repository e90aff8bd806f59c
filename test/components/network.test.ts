import * as assert from 'node:assert/strict';
import { Network } from '../../components/network';
import { ask, only, providerOptions, type Asked } from './support';

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const ofType = (asked: readonly Asked[], type: string): Asked[] => asked.filter((one) => one.type === type);

describe('Network', () => {
  let asked: Asked[];
  before(async () => {
    asked = await ask(() => {
      new Network(
        'network',
        { accountId: '123456789012', region: 'us-east-1', cidr: '10.20.0.0/16', zones, keyArn: 'arn:key' },
        providerOptions(),
      );
    });
  });

  it('has a public, a private and a data subnet in each of three zones', () => {
    const found = ofType(asked, 'aws:ec2/subnet:Subnet').map(({ name, inputs }) => [name, inputs['cidrBlock']]);
    assert.deepEqual(found.sort(), [
      ['network-data-us-east-1a', '10.20.64.0/20'],
      ['network-data-us-east-1b', '10.20.80.0/20'],
      ['network-data-us-east-1c', '10.20.96.0/20'],
      ['network-private-us-east-1a', '10.20.0.0/20'],
      ['network-private-us-east-1b', '10.20.16.0/20'],
      ['network-private-us-east-1c', '10.20.32.0/20'],
      ['network-public-us-east-1a', '10.20.128.0/20'],
      ['network-public-us-east-1b', '10.20.144.0/20'],
      ['network-public-us-east-1c', '10.20.160.0/20'],
    ]);
  });

  it('leads nothing out of the data subnets', () => {
    const associated = ofType(asked, 'aws:ec2/routeTableAssociation:RouteTableAssociation');
    const tables = new Set(
      associated.filter(({ name }) => name.startsWith('network-data-')).map(({ inputs }) => inputs['routeTableId']),
    );
    assert.deepEqual([...tables], ['network-data-id']);
    const routed = ofType(asked, 'aws:ec2/route:Route').map(({ inputs }) => inputs['routeTableId']);
    assert.equal(routed.includes('network-data-id'), false);
  });

  it('leads each private subnet out through the NAT gateway of its own zone', () => {
    for (const zone of zones) {
      const { inputs } = only(asked, 'aws:ec2/route:Route', `network-private-${zone}`);
      assert.equal(inputs['natGatewayId'], `network-nat-${zone}-id`);
      const nat = only(asked, 'aws:ec2/natGateway:NatGateway', `network-nat-${zone}`);
      assert.equal(nat.inputs['subnetId'], `network-public-${zone}-id`);
    }
  });

  it('has a door in the network to what a starting task calls, and to S3', () => {
    const services = ofType(asked, 'aws:ec2/vpcEndpoint:VpcEndpoint').map(({ inputs }) =>
      String(inputs['serviceName']).replace('com.amazonaws.us-east-1.', ''),
    );
    assert.deepEqual(services.sort(), ['ecr.api', 'ecr.dkr', 'logs', 's3', 'secretsmanager']);
    const { inputs } = only(asked, 'aws:ec2/vpcEndpoint:VpcEndpoint', 'network-s3');
    const tables = [...zones.map((zone) => `network-private-${zone}-id`), 'network-data-id'];
    assert.deepEqual(inputs['routeTableIds'], tables);
  });

  it('writes down who talked to whom, under the key of the site', () => {
    assert.equal(only(asked, 'aws:ec2/flowLog:FlowLog').inputs['trafficType'], 'ALL');
    const { inputs } = only(asked, 'aws:cloudwatch/logGroup:LogGroup', 'network-flows');
    assert.deepEqual([inputs['kmsKeyId'], inputs['retentionInDays']], ['arn:key', 90]);
  });

  it('has every part under the component, and none with a region of its own', () => {
    const parts = asked.filter(({ type }) => type.startsWith('aws:'));
    assert.deepEqual(
      parts.filter(({ parent, inputs }) => parent !== 'network' || 'region' in inputs).map(({ name }) => name),
      [],
    );
  });
});
