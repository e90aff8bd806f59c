import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';
import { storeDoor } from './store-door';

/**
 * What survives the loss of a node. ElastiCache has no append-only file; its durable log, written in two
 * zones, is what remains of it (Valkey 9, cluster mode). Cluster mode wants clients that speak it.
 */
export type CachePersistence = { readonly kind: 'durable-log'; readonly mode: 'sync' | 'async' };

export interface CacheArgs {
  readonly identifier: string;
  readonly nodeType: string;
  /**
   * @recovery `async` loses up to 10 s with a node, `sync` nothing, at some ms for each write; both lose
   * everything with the region
   */
  readonly persistence: CachePersistence;
  /** How long daily snapshots are kept; ElastiCache accepts up to 35 days. */
  readonly keepSnapshots: Duration;
  readonly authToken: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<string>[];
  readonly clientSecurityGroupId: pulumi.Input<string>;
}

const port = 6379;
const engine = { name: 'valkey', version: '9.0', family: 'valkey9' } as const;

/** Sessions at hand. The cache of each site is its own: after a failover it is filled from the database. */
export class Cache extends Component {
  readonly group: aws.elasticache.ReplicationGroup;
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;

  constructor(name: string, args: CacheArgs, options: ComponentOptions) {
    super('Cache', name, options);
    const subnetGroup = new aws.elasticache.SubnetGroup(
      this.childName('subnets'),
      { name: `agente-dr-${name}`, subnetIds: args.subnetIds },
      this.child(),
    );
    this.group = new aws.elasticache.ReplicationGroup(
      this.childName('group'),
      {
        ...standingInputs(args),
        subnetGroupName: subnetGroup.name,
        parameterGroupName: this.parameterGroup().name,
        securityGroupIds: [storeDoor(this, { ...args, description: `cache ${name}`, port }).id],
      },
      this.child({ protect: true, customTimeouts: { create: '1h', update: '1h', delete: '1h' } }),
    );
    this.host = this.group.configurationEndpointAddress;
    this.port = this.group.port.apply((known) => known ?? port);
    this.registerOutputs({ host: this.host, port: this.port });
  }

  private parameterGroup(): aws.elasticache.ParameterGroup {
    return new aws.elasticache.ParameterGroup(
      this.childName('parameters'),
      {
        name: `agente-dr-${this.label}-${engine.family}`,
        family: engine.family,
        parameters: [
          { name: 'cluster-enabled', value: 'yes' },
          // When memory is short, what would have expired next goes first; what has no expiry stays.
          { name: 'maxmemory-policy', value: 'volatile-ttl' },
        ],
      },
      this.child(),
    );
  }
}

/** One shard with one replica in another zone: the smallest that ElastiCache makes durable. */
function standingInputs(args: CacheArgs): aws.elasticache.ReplicationGroupArgs {
  return {
    replicationGroupId: args.identifier,
    description: 'sessions at hand',
    engine: engine.name,
    engineVersion: engine.version,
    nodeType: args.nodeType,
    port,
    clusterMode: 'enabled',
    numNodeGroups: 1,
    replicasPerNodeGroup: 1,
    automaticFailoverEnabled: true,
    multiAzEnabled: true,
    // `default` means disabled: always said.
    durability: args.persistence.mode,
    transitEncryptionEnabled: true,
    authToken: args.authToken,
    atRestEncryptionEnabled: true,
    kmsKeyId: args.keyArn,
    snapshotRetentionLimit: args.keepSnapshots.toWholeDays(),
    applyImmediately: true,
    finalSnapshotIdentifier: `${args.identifier}-final`,
  };
}
