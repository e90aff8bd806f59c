import type * as pulumi from '@pulumi/pulumi';
import { aofCache, type AofPersistence } from './cache-aof';
import { elasticacheCache, type DurableLogPersistence } from './cache-elasticache';
import { Component, type ComponentOptions } from './component';

/**
 * What survives the loss of a node, and who runs the cache. ElastiCache has no append-only file; its
 * durable log, written in two zones, is what remains of it. Who must have the file runs the cache as a task.
 * @recovery both lose everything with the region: the cache of each site is its own
 */
export type CachePersistence = DurableLogPersistence | AofPersistence;

export interface CacheArgs {
  /**
   * Who runs the cache, and what it writes down.
   * @recovery a second or up to 10 s are lost with a node; with the region everything, which is filled from the
   * database again
   */
  readonly persistence: CachePersistence;
  /**
   * Key that encrypts what the cache writes down.
   * @recovery what was encrypted with a key that is gone is gone with it; sessions are in the database too
   */
  readonly keyArn: pulumi.Input<string>;
  /** Network that the cache stands in. @recovery none: only where it stands */
  readonly vpcId: pulumi.Input<string>;
  /**
   * Subnets of the stores, in different zones.
   * @recovery the cache survives the loss of a zone only where another one is named
   */
  readonly subnetIds: pulumi.Input<string>[];
  /** Who may connect. @recovery who is not in it can neither read nor destroy a session */
  readonly clientSecurityGroupId: pulumi.Input<string>;
}

/** A cache as its clients see it: TLS, a password, and the protocol of a cluster. */
export interface RunningCache {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Stands before a client is started. */
  readonly ready: pulumi.Resource;
}

/** Sessions at hand. After a failover it is filled from the database. */
export class Cache extends Component implements RunningCache {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly ready: pulumi.Resource;

  constructor(name: string, args: CacheArgs, options: ComponentOptions) {
    super('Cache', name, options);
    const { persistence } = args;
    const running =
      persistence.kind === 'elasticache-durable'
        ? elasticacheCache(this, args, persistence)
        : aofCache(this, args, persistence);
    this.host = running.host;
    this.port = running.port;
    this.ready = running.ready;
    this.registerOutputs({ host: this.host, port: this.port });
  }
}
