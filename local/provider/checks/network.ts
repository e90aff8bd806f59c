import { oneOf, text, wholeNumber, type RuleTable } from './rule';

const cidr = text(/^\d+\.\d+\.\d+\.\d+\/(1[6-9]|2[0-8])$/, 'an IPv4 block from /16 to /28');
const port = wholeNumber(-1, 65_535);

export const networkRules: RuleTable = {
  'aws:ec2/vpc:Vpc': { cidrBlock: cidr },
  'aws:ec2/subnet:Subnet': { cidrBlock: cidr },
  'aws:ec2/flowLog:FlowLog': { maxAggregationInterval: oneOf(60, 600) },
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': { fromPort: port, toPort: port },
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': { fromPort: port, toPort: port },
};
