import * as assert from 'node:assert/strict';
import { gateRules, type GateRule } from '../../../cli/gate/finding';
import type { GateInput } from '../../../cli/gate/report';
import { gateRulesIn, type Planned } from './support';

interface Breach {
  readonly stacks: Readonly<Record<string, readonly Planned[]>>;
  readonly more?: Partial<GateInput>;
}

const store = { type: 'aws:rds/instance:Instance', name: 'postgres-g1' };
const sound = { multiAz: true, deletionProtection: true, skipFinalSnapshot: false };
const stands = (type: string, name: string, inputs: object): Planned => ({
  ...{ op: 'same', type, name },
  before: { ...inputs },
  after: { ...inputs },
});
const vpc = (cidrBlock: string, region: string): Planned =>
  stands('aws:ec2/vpc:Vpc', 'network-vpc', { cidrBlock, region });
const subnet = (zone: string): Planned =>
  stands('aws:ec2/subnet:Subnet', `network-data-${zone}`, { availabilityZone: zone });
const address = (index: number): Planned =>
  stands('aws:ec2/eip:Eip', `network-nat-${String(index)}`, { domain: 'vpc' });
const record = (type: string): Planned =>
  stands('aws:route53/record:Record', 'dns', { failoverRoutingPolicies: [{ type }] });

/** For each rule a plan that breaks it and no other: the gate is switched off with it. */
const breaches: Readonly<Record<GateRule, Breach>> = {
  'dr-gate-destroy': { stacks: { primary: [{ ...store, op: 'delete', before: sound }] } },
  'dr-gate-unprotect': {
    stacks: { primary: [{ ...store, op: 'update', before: sound, after: { ...sound, deletionProtection: false } }] },
  },
  'dr-gate-restore-block': {
    stacks: {
      primary: [
        { ...store, op: 'update', before: { ...sound, restoreToPointInTime: { useLatest: true } }, after: sound },
      ],
    },
  },
  'dr-gate-control-plane': {
    stacks: {
      dr: [
        { ...store, op: 'update', before: { ...sound, replicateSourceDb: 'arn' }, after: sound },
        { op: 'update', type: 'aws:iam/role:Role', name: 'work', before: {}, after: {} },
      ],
    },
  },
  'dr-gate-evidence': { stacks: { primary: [] }, more: { drills: [] } },
  'dr-gate-parity': { stacks: { primary: [subnet('us-east-1a'), subnet('us-east-1b')], dr: [subnet('us-west-2a')] } },
  'dr-gate-capacity': {
    stacks: {
      dr: [vpc('10.21.0.0/16', 'us-west-2'), ...Array.from({ length: 6 }, (_, index) => address(index))],
    },
  },
  'dr-gate-regions': {
    stacks: { primary: [vpc('10.20.0.0/16', 'us-east-1')], dr: [vpc('10.21.0.0/16', 'us-east-1')] },
  },
  'dr-gate-cidr': {
    stacks: { primary: [vpc('10.20.0.0/16', 'us-east-1')], dr: [vpc('10.20.9.0/24', 'us-west-2')] },
  },
  'dr-gate-dns-pair': { stacks: { primary: [record('PRIMARY')], dr: [record('PRIMARY')] } },
  'dr-gate-state': {
    stacks: { dr: [] },
    more: {
      drFile:
        'secretsprovider: awskms://alias/x?region=us-east-1\nconfig: { "agente-dr:peerRegion": us-east-1, "agente-dr:region": us-west-2 }\n',
    },
  },
  'dr-gate-score': { stacks: { primary: [store].map((one) => stands(one.type, one.name, sound)) } },
};

describe('each rule of the gate', () => {
  for (const rule of Object.keys(gateRules) as GateRule[]) {
    it(`is broken alone by a plan, which it alone holds up: ${rule}`, () => {
      const { stacks, more } = breaches[rule];
      // How many copies there are is said of every plan that is not a whole site.
      const said = gateRulesIn(stacks, more).filter((one) => one === rule || one !== 'dr-gate-score');
      assert.deepEqual([...new Set(said)], [rule]);
    });
  }
});
