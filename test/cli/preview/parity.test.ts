import assert from 'node:assert/strict';
import { parityFindings } from '../../../cli/preview/parity';
import type { PlannedResource, Properties, StackPlan } from '../../../cli/preview/stack-plan';
import { unknownValue } from '../../../cli/preview/unknown';
import { putUpSite } from '../../../infra/site';
import { sites } from '../../../recovery/sites';
import { ask } from '../../components/support';
import { shippedConfig } from '../../infra/support';
import { changed, databaseType, drPlan, primaryPlan, resource } from './support';

const now = new Date('2026-11-24T12:00:00Z');
const groupType = 'aws:ec2/securityGroup:SecurityGroup';
const ingressType = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const egressType = 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule';

/** The standard pair with more in each site, and what is said of it. */
function differences(primary: readonly PlannedResource[], dr: readonly PlannedResource[]): string[] {
  const plans = [primaryPlan(), drPlan()].map((plan, index) => ({
    ...plan,
    resources: [...plan.resources, ...(index === 0 ? primary : dr)],
  }));
  return parityFindings(plans, now, []).map(({ fact }) => fact);
}

const sized = (primary: unknown, dr: unknown): string[] => {
  const [one, other] = [primaryPlan(), drPlan()];
  const plans: StackPlan[] = [
    changed(one, databaseType, 'postgres-g1', { allocatedStorage: primary }),
    changed(other, databaseType, 'postgres-g1', { allocatedStorage: dr }),
  ];
  return parityFindings(plans, now, []).map(({ fact }) => fact);
};

/** As RDS grows a disk, whatever the program says. */
const grew = (one: PlannedResource, allocatedStorage: number): PlannedResource =>
  one.type === databaseType ? { ...one, outputs: { ...one.outputs, allocatedStorage } } : one;

const task = (container: object | string): PlannedResource =>
  resource('aws:ecs/taskDefinition:TaskDefinition', 'api-task', {
    ...{ family: 'api', cpu: '512', memory: '1024' },
    containerDefinitions:
      typeof container === 'string' ? container : JSON.stringify([{ name: 'api', image: 'x@sha256:aa', ...container }]),
  });
const environment = (...names: string[]) => ({ environment: names.map((name) => ({ name, value: `${name} here` })) });

/** A door of a site in a network of its own, with its rules. */
function door(site: 'primary' | 'dr', cidrBlock: string, ...rules: readonly (Properties & { out?: boolean })[]) {
  const group = resource(groupType, `${site}-door`, {});
  return [
    resource('aws:ec2/vpc:Vpc', 'network-vpc', { cidrBlock }),
    group,
    ...rules.map(({ out = false, ...inputs }, index) =>
      resource(
        out ? egressType : ingressType,
        `${site}-rule-${String(index)}`,
        { securityGroupId: unknownValue, ...inputs },
        { sources: { securityGroupId: [group.urn] } },
      ),
    ),
  ];
}
const port = (number: unknown): Properties => ({ ipProtocol: 'tcp', fromPort: number, toPort: number });

describe('the parity of what the sites are made of', () => {
  it('rejects less storage in the site that stands by, and lets it have more', () => {
    assert.deepEqual(sized(100, 100), []);
    assert.deepEqual(sized(100, 200), []);
    assert.deepEqual(sized(100, 50), ['database postgres storage size is 100 in primary and 50 in dr']);
    assert.deepEqual(sized(100, unknownValue), []);
    const grown = { ...primaryPlan(), resources: primaryPlan().resources.map((one) => grew(one, 200)) };
    assert.match(
      parityFindings([grown, changed(drPlan(), databaseType, 'postgres-g1', { allocatedStorage: 100 })], now, [])[0]
        ?.fact ?? '',
      /storage size is 200 in primary and 100 in dr/,
    );
  });

  it('holds the first site to it where that is the one that follows', () => {
    const source = { replicateSourceDb: 'arn:aws:rds:us-west-2:123456789012:db:agente-postgres-g1' };
    const follows = changed(primaryPlan(), databaseType, 'postgres-g1', { ...source, allocatedStorage: 50 });
    const serves = (dataset: string, plan: StackPlan) =>
      changed(plan, databaseType, `${dataset}-g1`, { replicateSourceDb: undefined, allocatedStorage: 100 });
    const plans = [follows, serves('pms', serves('postgres', drPlan()))];
    const facts = parityFindings(plans, now, []).map(({ what }) => what);
    assert.ok(facts.includes('database postgres storage size'), facts.join());
  });

  it('names the variable and the secret that a task has in one site only, and no value', () => {
    const [fact, ...more] = differences(
      [task(environment('LOG_LEVEL', 'REGION'))],
      [task({ environment: [{ name: 'REGION', value: 'another' }] })],
    );
    assert.equal(fact, 'environment of api api LOG_LEVEL is there in primary and nothing in dr');
    assert.deepEqual(more, []);
    const secret = { secrets: [{ name: 'TOKEN', valueFrom: 'arn:one' }] };
    assert.deepEqual(differences([task({})], [task(secret)]), [
      'secret of api api TOKEN is nothing in primary and there in dr',
    ]);
  });

  it('waits for a container that only the update will know', () => {
    assert.deepEqual(differences([task(environment('LOG_LEVEL'))], [task(unknownValue)]), []);
  });

  it('compares what each group lets through and not whom it means by id or address', () => {
    const inside = { ...port(443), cidrIpv4: '10.20.0.0/16' };
    const tasks = { ...port(8000), referencedSecurityGroupId: unknownValue, out: true };
    const primary = door('primary', '10.20.0.0/16', inside, tasks);
    assert.deepEqual(
      differences(primary, door('dr', '10.21.0.0/16', tasks, { ...inside, cidrIpv4: '10.21.0.0/16' })),
      [],
    );
    const open = door('dr', '10.21.0.0/16', tasks, { ...port(443), cidrIpv4: '0.0.0.0/0' });
    assert.deepEqual(differences(primary, open), [
      'security group site-door is in tcp 443 its network; out tcp 8000 a group in primary and in tcp 443 everybody; out tcp 8000 a group in dr',
    ]);
    assert.match(differences(primary, door('dr', '10.21.0.0/16'))[0] ?? '', /and shut in dr/);
    assert.deepEqual(differences(primary, door('dr', '10.21.0.0/16', { ...tasks, ...port(unknownValue) })), []);
  });

  it('reads rules that are written into their group', () => {
    const inline = (protocol: string) => [
      resource(groupType, 'tasks', { egress: [{ protocol, fromPort: 0, toPort: 0, cidrBlocks: ['0.0.0.0/0'] }] }),
    ];
    assert.deepEqual(differences(inline('-1'), inline('-1')), []);
    assert.deepEqual(differences(inline('-1'), inline('udp')), [
      'security group tasks is out all everybody in primary and out udp 0 everybody in dr',
    ]);
  });

  it('counts the zones of each kind of subnet', () => {
    const subnets = (region: string, zones: string) =>
      zones
        .split(' ')
        .map((zone) =>
          resource('aws:ec2/subnet:Subnet', `network-data-${region}${zone}`, { availabilityZone: `${region}${zone}` }),
        );
    assert.deepEqual(differences(subnets('us-east-1', 'a b c'), subnets('us-west-2', 'b c d')), []);
    assert.deepEqual(differences(subnets('us-east-1', 'a b c'), subnets('us-west-2', 'a b')), [
      'zones of network-data is 3 in primary and 2 in dr',
    ]);
  });

  it('sees another family of parameters, which brings other defaults and extensions', () => {
    const group = (family: string) => [
      resource('aws:rds/parameterGroup:ParameterGroup', 'postgres-parameters', { family }),
    ];
    assert.deepEqual(differences(group('postgres17'), group('postgres16')), [
      'postgres-parameters family is postgres17 in primary and postgres16 in dr',
    ]);
  });

  it('is kept by our own sites, also in what a first preview does not know', async () => {
    const plans: StackPlan[] = [];
    for (const stack of sites) {
      const asked = await ask(() => putUpSite(shippedConfig(stack)), stack);
      plans.push({ stack, resources: asked.map(({ type, name, inputs }) => resource(type, name, inputs)) });
    }
    assert.deepEqual(parityFindings(plans, now, []), []);
    const keys = plans.map((plan) =>
      JSON.stringify(plan.resources.map(({ after }) => after?.['containerDefinitions'])),
    );
    for (const key of keys) assert.match(key, /CONTROL_BUCKETS/);
  });
});
