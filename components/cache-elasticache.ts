import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Duration } from '../recovery/duration';
import type { CacheArgs, RunningCache } from './cache';
import type { Component } from './component';
import { storeDoor } from './store-door';

/** Valkey 9 on ElastiCache with its durable log. It wants cluster mode, and clients that speak it. */
export interface DurableLogPersistence {
  /**
   * The cache is run by ElastiCache, in two zones.
   * @recovery survives a node and a zone, and loses everything with the region
   */
  readonly kind: 'elasticache-durable';
  /**
   * Whether a write is answered after the durable log has it, or before.
   * @recovery `async` loses up to 10 s with a node, `sync` nothing, at some ms for each write
   */
  readonly mode: 'sync' | 'async';
  /**
   * Name of the replication group, and the first part of its final snapshot's.
   * @recovery another name is another, empty cache
   */
  readonly identifier: string;
  /**
   * Class of each node, such as `cache.m7g.large`.
   * @recovery durability wants m6g, r6g or newer; smaller ones are refused
   */
  readonly nodeType: string;
  /**
   * Password that clients show.
   * @recovery as long as it is this region's own secret, the cache can be entered without the other region
   */
  readonly authToken: pulumi.Input<string>;
  /**
   * How long daily snapshots are kept, in whole days; ElastiCache accepts up to 35 days.
   * @recovery what another cache can be seeded with
   */
  readonly keepSnapshots: Duration;
  /**
   * What the cache is filled with when it is made. Said for the cache's whole life: ElastiCache would be told to
   * replace it when the seed is taken away or another one is named.
   * @default empty
   * @recovery the age of the snapshot is the loss; what was in it keeps its expiry
   */
  readonly seed?: CacheSeed;
}

/** A snapshot of ElastiCache by its name, or exported files in a bucket of the region by their ARNs. */
export type CacheSeed =
  | {
      /** Name of a snapshot of ElastiCache in this region. @recovery its age is the loss */
      readonly snapshotName: string;
    }
  | {
      /** ARNs of exported files, whole as they lie in the bucket. @recovery the age of the export is the loss */
      readonly snapshotArns: readonly string[];
    };

const port = 6379;
const engine = { name: 'valkey', version: '9.0', family: 'valkey9' } as const;

export function elasticacheCache(owner: Component, args: CacheArgs, persistence: DurableLogPersistence): RunningCache {
  const subnetGroup = new aws.elasticache.SubnetGroup(
    owner.childName('subnets'),
    { name: `agente-dr-${owner.label}`, subnetIds: args.subnetIds },
    owner.child(),
  );
  const group = new aws.elasticache.ReplicationGroup(
    owner.childName('group'),
    {
      ...standingInputs(args, persistence),
      ...seedInputs(persistence.seed),
      subnetGroupName: subnetGroup.name,
      parameterGroupName: parameterGroup(owner).name,
      securityGroupIds: [storeDoor(owner, { ...args, description: `cache ${owner.label}`, port }).id],
    },
    owner.child({ protect: true, customTimeouts: { create: '1h', update: '1h', delete: '1h' } }),
  );
  return {
    host: group.configurationEndpointAddress,
    port: group.port.apply((known) => known ?? port),
    ready: group,
  };
}

function parameterGroup(owner: Component): aws.elasticache.ParameterGroup {
  return new aws.elasticache.ParameterGroup(
    owner.childName('parameters'),
    {
      name: `agente-dr-${owner.label}-${engine.family}`,
      family: engine.family,
      parameters: [
        { name: 'cluster-enabled', value: 'yes' },
        // When memory is short, what would have expired next goes first; what has no expiry stays.
        { name: 'maxmemory-policy', value: 'volatile-ttl' },
      ],
    },
    owner.child(),
  );
}

/** One shard with one replica in another zone: the smallest that ElastiCache makes durable. */
function standingInputs(
  { keyArn }: CacheArgs,
  persistence: DurableLogPersistence,
): aws.elasticache.ReplicationGroupArgs {
  return {
    replicationGroupId: persistence.identifier,
    description: 'sessions at hand',
    engine: engine.name,
    engineVersion: engine.version,
    nodeType: persistence.nodeType,
    port,
    clusterMode: 'enabled',
    numNodeGroups: 1,
    replicasPerNodeGroup: 1,
    automaticFailoverEnabled: true,
    multiAzEnabled: true,
    // `default` means disabled: always said.
    durability: persistence.mode,
    transitEncryptionEnabled: true,
    authToken: persistence.authToken,
    atRestEncryptionEnabled: true,
    kmsKeyId: keyArn,
    snapshotRetentionLimit: persistence.keepSnapshots.toWholeDays(),
    applyImmediately: true,
    finalSnapshotIdentifier: `${persistence.identifier}-final`,
  };
}

function seedInputs(seed: CacheSeed | undefined): Partial<aws.elasticache.ReplicationGroupArgs> {
  if (seed === undefined) return {};
  return 'snapshotName' in seed ? { snapshotName: seed.snapshotName } : { snapshotArns: [...seed.snapshotArns] };
}
