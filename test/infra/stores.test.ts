import * as assert from 'node:assert/strict';
import { restoreTests, snapshots } from '../../infra/backups';
import { layFoundation } from '../../infra/foundation';
import { provisions } from '../../infra/roles';
import { putUpSite } from '../../infra/site';
import { putUpStores } from '../../infra/stores';
import type { Site } from '../../recovery/sites';
import { duration } from '../../recovery/duration';
import { vaultRetention } from '../../recovery/retention';
import { workload } from '../../recovery/workload';
import { ask, only, type Asked } from '../components/support';
import { shippedConfig } from './support';

const site = (stack: Site, changes: Readonly<Record<string, string>> = {}): Promise<Asked[]> =>
  ask(() => putUpSite(shippedConfig(stack, changes)), stack);

const instances = (asked: readonly Asked[]): Record<string, Asked['inputs']> =>
  Object.fromEntries(
    asked.filter(({ type }) => type === 'aws:rds/instance:Instance').map(({ name, inputs }) => [name, inputs]),
  );

const peerDatabase = (identifier: string): string => `arn:aws:rds:us-east-1:123456789012:db:${identifier}`;

describe('the stores of a site', function () {
  this.timeout(60_000);
  let primary: Asked[];
  let standby: Asked[];
  before(async () => {
    primary = await site('primary');
    standby = await site('dr');
  });

  it('are PostgreSQL and the MySQL of the PMS, each followed from the other region', () => {
    const [here, there] = [instances(primary), instances(standby)];
    assert.deepEqual(
      ['postgres-g1', 'pms-g1'].map((name) => [
        here[name]?.['engine'],
        here[name]?.['dbName'],
        here[name]?.['username'],
      ]),
      [
        ['postgres', 'agente_db', 'agente_user'],
        ['mysql', 'qloapps', 'qloapps_user'],
      ],
    );
    assert.equal(there['postgres-g1']?.['replicateSourceDb'], peerDatabase('agente-postgres-g1'));
    assert.equal(there['pms-g1']?.['replicateSourceDb'], peerDatabase('agente-pms-g1'));
  });

  it('have a password each, made in primary alone and copied to dr', () => {
    const secrets = primary.filter(({ type }) => type === 'aws:secretsmanager/secret:Secret');
    const copied = secrets.filter(
      ({ inputs, name }) => (inputs['replicas'] as unknown[]).length > 0 && name !== 'backup-identity-secret',
    );
    assert.deepEqual(
      copied.map(({ name, inputs }) => [name, inputs['name']]),
      [
        ['database-password-secret', 'agente-dr/database/postgres'],
        ['pms-password-secret', 'agente-dr/database/pms'],
      ],
    );
    const passwords = Object.values(instances(standby)).filter((inputs) => 'passwordWo' in inputs);
    assert.deepEqual(passwords, []);
  });

  it('stand in subnets without a way out', () => {
    const groups = [...primary, ...standby].filter(({ type }) => type.endsWith(':SubnetGroup'));
    assert.equal(groups.length, 6);
    for (const { name, inputs } of groups) {
      assert.ok(
        (inputs['subnetIds'] as string[]).every((id) => id.startsWith('network-data-')),
        `${name}: ${String(inputs['subnetIds'])}`,
      );
    }
  });

  it('have the backups of the other region beside the replica, and primary none of dr', () => {
    const copies = (asked: readonly Asked[]) =>
      asked
        .filter(({ type }) => type.endsWith(':InstanceAutomatedBackupsReplication'))
        .map(({ inputs }) => inputs['sourceDbInstanceArn']);
    assert.deepEqual(copies(standby), [peerDatabase('agente-postgres-g1'), peerDatabase('agente-pms-g1')]);
    assert.deepEqual(copies(primary), []);
  });

  it('are backed up into the locked vault of the region, and copied into the other one’s', () => {
    for (const [asked, peer] of [
      [primary, 'us-west-2'],
      [standby, 'us-east-1'],
    ] as const) {
      const [rule] = only(asked, 'aws:backup/plan:Plan').inputs['rules'] as [
        {
          targetVaultName: string;
          lifecycle: object;
          copyActions: { destinationVaultArn: string; lifecycle: object }[];
        },
      ];
      assert.equal(rule.targetVaultName, 'agente-dr');
      assert.deepEqual(rule.lifecycle, { deleteAfter: 35 });
      assert.deepEqual(rule.copyActions, [
        {
          destinationVaultArn: `arn:aws:backup:${peer}:123456789012:backup-vault:agente-dr`,
          lifecycle: { deleteAfter: 90 },
        },
      ]);
      assert.deepEqual(only(asked, 'aws:backup/selection:Selection').inputs['resources'], [
        'arn:postgres-g1',
        'arn:pms-g1',
        'arn:monitoring-files',
      ]);
    }
  });

  it('are backed up as often as was promised, and tried every week', () => {
    const promised = workload.datasets.postgres.protection.with.base.taken.every;
    assert.equal(snapshots.largestGap().isLongerThan(promised), false);
    assert.equal(restoreTests.largestGap().isLongerThan(duration('7d')), false);
  });

  it('keep the files of the monitoring in both regions', () => {
    for (const [asked, peer, alias] of [
      [primary, 'us-west-2', 'alias/agente-dr-dr'],
      [standby, 'us-east-1', 'alias/agente-dr-primary'],
    ] as const) {
      assert.deepEqual(only(asked, 'aws:efs/replicationConfiguration:ReplicationConfiguration').inputs['destination'], {
        region: peer,
        kmsKeyId: `arn:aws:kms:${peer}:123456789012:${alias}`,
      });
    }
  });

  it('have their backup vault before there is a store, because the other site copies into it', async () => {
    const foundation = await site('dr', { 'agente-dr:role': 'foundation' });
    assert.equal(only(foundation, 'aws:backup/vault:Vault').protected, true);
    assert.deepEqual(
      foundation.filter(({ type }) => type === 'aws:backup/plan:Plan'),
      [],
    );
  });

  it('protects everything that holds recovery points or files', () => {
    const stateful = ['aws:efs/fileSystem:FileSystem', 'aws:backup/vault:Vault', 'aws:rds/instance:Instance'];
    const bare = [...primary, ...standby].filter((one) => stateful.includes(one.type) && !one.protected);
    assert.deepEqual(bare, []);
  });
});

describe('a cache that the site runs itself', function () {
  this.timeout(60_000);

  it('takes the place of ElastiCache when the configuration says so, and its clients look for it there', async () => {
    const asked = await site('primary', { 'agente-dr:cachePersistence': 'self-aof' });
    assert.deepEqual(
      asked.filter(({ type }) => type.startsWith('aws:elasticache/')),
      [],
    );
    const host = 'redis-primary.api.agente-hotelero.example';
    assert.equal(only(asked, 'aws:route53/record:Record', 'redis-name').inputs['name'], host);
    const text = String(
      only(asked, 'aws:ecs/taskDefinition:TaskDefinition', 'agente-api-task').inputs['containerDefinitions'],
    );
    assert.ok(text.includes(`"${host}"`));
    const { dependsOn } = only(asked, 'aws:ecs/service:Service', 'redis-server-service');
    assert.ok(dependsOn.includes('cache-token-version'));
  });

  it('is the same in standby and active', async () => {
    const of = async (role: string) =>
      (await site('dr', { 'agente-dr:cachePersistence': 'self-aof', 'agente-dr:role': role })).filter(({ name }) =>
        name.startsWith('redis-'),
      );
    assert.deepEqual(await of('active'), await of('standby'));
  });
});

describe('the lifetimes in the vault', function () {
  this.timeout(60_000);

  it('are those of the promise, by prefix, and what is deleted can be called back for as long as the lock holds', async () => {
    const { inputs } = only(
      await site('primary', { 'agente-dr:role': 'foundation' }),
      'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
      'vault-lifecycle',
    );
    const [uploads, ...rules] = inputs['rules'] as {
      filter: { prefix: string };
      transitions?: { days: number }[];
      expiration?: { days: number };
      noncurrentVersionExpiration?: { noncurrentDays: number };
    }[];
    assert.equal(uploads?.expiration, undefined);
    assert.deepEqual(
      rules.map(({ filter, expiration }) => [filter.prefix, expiration?.days]),
      vaultRetention.map(({ prefix, keep }) => [prefix, keep.toWholeDays()]),
    );
    for (const { filter, noncurrentVersionExpiration, transitions, expiration } of rules) {
      assert.equal(noncurrentVersionExpiration?.noncurrentDays, 35, filter.prefix);
      assert.equal(transitions !== undefined, (expiration?.days ?? 0) >= 60, filter.prefix);
    }
  });
});

describe('instances of other generations', function () {
  this.timeout(60_000);
  const instanceOf = (generation: number, more: object) => ({ generation, class: 'db.m7g.large', ...more });
  const databases = (postgres: object): Record<string, string> => ({
    'agente-dr:databases': JSON.stringify({ postgres, pms: instanceOf(1, { origin: 'replica' }) }),
  });

  /** The instances of dr without what runs beside them. */
  const dr = async (changes: Readonly<Record<string, string>> = {}): Promise<Record<string, Asked['inputs']>> => {
    const config = shippedConfig('dr', changes);
    const { running } = provisions[config.role];
    assert.ok(running);
    return instances(await ask(() => putUpStores(config, layFoundation(config), running), 'dr'));
  };

  it('stay as they were: promoted where they stood alone, following where they followed', async () => {
    const active = await dr({ 'agente-dr:role': 'active' });
    const standby = await dr();
    for (const [retained, was] of [
      [instanceOf(1, { origin: 'replica' }), active],
      [instanceOf(1, { origin: 'replica', follows: 1 }), standby],
    ] as const) {
      const now = await dr({
        ...databases(instanceOf(2, { origin: 'replica', retained: [retained] })),
        'agente-dr:peerGenerations': JSON.stringify({ postgres: 2, pms: 1 }),
      });
      assert.deepEqual(now['postgres-g1'], was['postgres-g1']);
      assert.equal(now['postgres-g2']?.['replicateSourceDb'], peerDatabase('agente-postgres-g2'));
    }
  });

  it('are restored from an older one of the site, or from the backups that were copied here', async () => {
    const copied = 'arn:aws:rds:us-west-2:123456789012:auto-backup:ab-abc123';
    const at = '2026-11-24T00:00:00-03:00';
    for (const [restoredFrom, source] of [
      [1, { sourceDbInstanceIdentifier: 'agente-postgres-g1' }],
      [copied, { sourceDbInstanceAutomatedBackupsArn: copied }],
    ] as const) {
      const retained = [instanceOf(1, { origin: 'replica' })];
      const made = await dr({
        ...databases(instanceOf(2, { origin: { restoredFrom, at }, retained })),
        'agente-dr:role': 'active',
      });
      assert.deepEqual(made['postgres-g2']?.['restoreToPointInTime'], {
        ...source,
        restoreTime: '2026-11-24T03:00:00Z',
      });
    }
  });

  it('rejects copied backups that lie in another region', () => {
    const restoredFrom = 'arn:aws:rds:us-east-1:123456789012:auto-backup:ab-abc123';
    const origin = { restoredFrom, at: '2026-11-24T03:00:00Z' };
    assert.throws(
      () => shippedConfig('dr', { ...databases(instanceOf(2, { origin })), 'agente-dr:role': 'active' }),
      /databases\.postgres\.origin is restored from copied backups that are not in us-west-2/,
    );
  });
});
