import assert from 'node:assert/strict';
import { flatTwin } from '../../../cli/bench/flat-twin';
import { median } from '../../../cli/bench/median';

const old = (type: string, name: string): string => `urn:pulumi:dr::agente-dr::${type}::${name}`;
const provider = old('pulumi:providers:aws', 'site');
const randoms = old('pulumi:providers:random', 'default_4_21_2');
const nested = (name: string): string => old('agente-dr:index:Vault$aws:s3/bucket:Bucket', name);

const exported = {
  version: 3,
  deployment: {
    resources: [
      { urn: old('pulumi:pulumi:Stack', 'agente-dr-dr'), custom: false, type: 'pulumi:pulumi:Stack' },
      {
        urn: provider,
        custom: true,
        type: 'pulumi:providers:aws',
        id: 'p1',
        inputs: { region: 'us-west-2', version: '7.48.0' },
      },
      { urn: old('agente-dr:index:Vault', 'vault'), custom: false, type: 'agente-dr:index:Vault' },
      {
        urn: nested('vault'),
        custom: true,
        type: 'aws:s3/bucket:Bucket',
        id: 'b1',
        inputs: { bucket: 'b' },
        provider: `${provider}::p1`,
        parent: old('agente-dr:index:Vault', 'vault'),
        protect: true,
        dependencies: [provider],
      },
      {
        urn: old('aws:s3/bucket:Bucket', 'vault'),
        custom: true,
        type: 'aws:s3/bucket:Bucket',
        id: 'b2',
        inputs: { bucket: 'c' },
        provider: `${provider}::p1`,
      },
      { urn: randoms, custom: true, type: 'pulumi:providers:random', id: 'r1', inputs: { version: '4.21.2' } },
      {
        urn: old('random:index/randomPassword:RandomPassword', 'pw'),
        custom: true,
        type: 'random:index/randomPassword:RandomPassword',
        id: 'w',
        provider: `${randoms}::r1`,
        inputs: {
          length: 32,
          keepers: {
            a: { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', plaintext: '"s\\"x"' },
          },
          __defaults: [],
        },
      },
    ],
  },
};

describe('the flat twin of a stack', () => {
  const twin = flatTwin(exported, 'agente-dr', 'flat');

  it('registers each resource in one line by the classes of the SDKs, with the same inputs and no component', () => {
    assert.deepEqual(twin.program.trim().split('\n'), [
      "import * as pulumi from '@pulumi/pulumi';",
      "import * as aws from '@pulumi/aws';",
      "import * as random from '@pulumi/random';",
      '',
      'const provider0 = new pulumi.ProviderResource("aws", "site", { "region": "us-west-2" }, {"version":"7.48.0"});',
      'new aws.s3.Bucket("vault", { "bucket": "b" }, { provider: provider0, protect: true });',
      'new aws.s3.Bucket("vault-2", { "bucket": "c" }, { provider: provider0 });',
      'new random.RandomPassword("pw", { "length": 32, "keepers": { "a": pulumi.secret("s\\"x") } }, { version: "4.21.2" });',
    ]);
    assert.equal(twin.resources, 4);
  });

  it('registers the same without an SDK', () => {
    assert.deepEqual(twin.bareProgram.trim().split('\n').slice(2), [
      'const provider0 = new pulumi.ProviderResource("aws", "site", { "region": "us-west-2" }, {"version":"7.48.0"});',
      'new pulumi.CustomResource("aws:s3/bucket:Bucket", "vault", { "bucket": "b" }, { provider: provider0, protect: true });',
      'new pulumi.CustomResource("aws:s3/bucket:Bucket", "vault-2", { "bucket": "c" }, { provider: provider0 });',
      'new pulumi.CustomResource("random:index/randomPassword:RandomPassword", "pw", { "length": 32, "keepers": { "a": pulumi.secret("s\\"x") } }, { version: "4.21.2" });',
    ]);
    assert.equal(twin.resources, 4);
  });

  it('has the state that this program would have', () => {
    const { resources } = (twin.state as typeof exported).deployment;
    assert.deepEqual(
      resources.map((resource) => resource.urn.replace('urn:pulumi:flat::agente-dr::', '')),
      [
        'pulumi:pulumi:Stack::agente-dr-flat',
        'pulumi:providers:aws::site',
        'aws:s3/bucket:Bucket::vault',
        'aws:s3/bucket:Bucket::vault-2',
        'pulumi:providers:random::default_4_21_2',
        'random:index/randomPassword:RandomPassword::pw',
      ],
    );
    const bucket = resources[2];
    assert.equal(bucket?.provider, 'urn:pulumi:flat::agente-dr::pulumi:providers:aws::site::p1');
    assert.equal(bucket.parent, 'urn:pulumi:flat::agente-dr::pulumi:pulumi:Stack::agente-dr-flat');
    assert.equal(bucket.id, 'b1');
    assert.equal(bucket.dependencies, undefined);
  });
});

describe('the median', () => {
  it('is the middle value, or the middle between two', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.throws(() => median([]), RangeError);
  });
});
