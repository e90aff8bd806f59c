import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { CacheArgs, RunningCache } from './cache';
import { aofPlace, aofStart } from './cache-aof-start';
import type { Component } from './component';
import { FileSystem } from './file-system';
import { Service, type ServiceArgs } from './service';
import { storeDoor } from './store-door';

/**
 * Valkey as a task with an append-only file on EFS, flushed every second. One task, and the old one ends
 * before the new one starts: two would write one file.
 * @recovery loses a second with its host, and is away for as long as a task takes to start and to read the file
 */
export interface AofPersistence {
  /**
   * The cache is a task with a file.
   * @recovery loses up to a second of writes with its host, and everything with the region
   */
  readonly kind: 'self-aof';
  /**
   * Name that clients connect to. The certificate must bear it.
   * @recovery stays while tasks come and go, so that clients find the next one by it
   */
  readonly hostName: string;
  /** Hosted zone that the name is written into. @recovery none in a failover: the name points at what already stands */
  readonly zoneId: string;
  /** Certificate that clients are shown. @recovery clients refuse a cache whose certificate has run out */
  readonly certificateArn: string;
  /**
   * Name of the secret with the cache's password.
   * @recovery the task does not start where this region has no such secret
   */
  readonly secretName: string;
  /**
   * Image of the server, with a shell and openssl.
   * @recovery from another region's registry the cache could not start when that region is gone
   */
  readonly image: string;
  /**
   * MiB of the task; a rewrite of the file may double what the cache holds.
   * @recovery with too little the task is killed, and away until it has read its file again
   */
  readonly memory: number;
  /**
   * Where the task runs, and what must stand before it.
   * @recovery none beyond what ServiceArgs says of each
   */
  readonly place: Pick<ServiceArgs, 'accountId' | 'region' | 'cluster' | 'startAfter'>;
}

/** Who the server's files belong to. */
const user = 999;

export function aofCache(owner: Component, args: CacheArgs, persistence: AofPersistence): RunningCache {
  const files = new FileSystem(
    owner.childName('aof'),
    // A copy elsewhere would be as stale as any: the other site fills its cache from its database.
    { ...args, ...persistence.place, accessPoints: { data: { user } }, copyTo: null },
    { parent: owner },
  );
  const entrance = layEntrance(owner, args, persistence);
  const server = new Service(owner.childName('server'), serverArgs(args, persistence, files, entrance), {
    parent: owner,
  });
  return { host: pulumi.output(persistence.hostName), port: pulumi.output(aofPlace.port), ready: server.service };
}

function serverArgs(
  args: CacheArgs,
  { image, memory, hostName, secretName, place }: AofPersistence,
  files: FileSystem,
  { targetGroupArn, listener }: Entrance,
): ServiceArgs {
  return {
    ...place,
    image,
    command: ['sh', '-ec', aofStart(hostName)],
    size: { cpu: 512, memory },
    environment: {},
    secrets: { REDIS_PASSWORD: secretName },
    port: aofPlace.port,
    keyArn: args.keyArn,
    scratch: [aofPlace.scratch],
    files: [files.mounted('data', aofPlace.data)],
    tasks: 1,
    rollout: { kind: 'single', targetGroupArn },
    subnetIds: args.subnetIds,
    securityGroupId: args.clientSecurityGroupId,
    startAfter: [...place.startAfter, ...files.ready, listener],
  };
}

interface Entrance {
  readonly targetGroupArn: pulumi.Output<string>;
  readonly listener: aws.lb.Listener;
}

/** A name that stays while tasks and their addresses go, with a certificate that clients can hold it to. */
function layEntrance(owner: Component, args: CacheArgs, persistence: AofPersistence): Entrance {
  const door = storeDoor(owner, { ...args, description: `cache ${owner.label}`, port: aofPlace.port });
  const tcp = { ipProtocol: 'tcp', fromPort: aofPlace.port, toPort: aofPlace.port };
  new aws.vpc.SecurityGroupEgressRule(
    owner.childName('door-out'),
    { securityGroupId: door.id, referencedSecurityGroupId: args.clientSecurityGroupId, ...tcp },
    owner.child(),
  );
  new aws.vpc.SecurityGroupIngressRule(
    owner.childName('server-in'),
    { securityGroupId: args.clientSecurityGroupId, referencedSecurityGroupId: door.id, ...tcp },
    owner.child(),
  );
  const balancer = new aws.lb.LoadBalancer(
    owner.childName('balancer'),
    {
      name: `agente-dr-${owner.label}`,
      loadBalancerType: 'network',
      internal: true,
      subnets: args.subnetIds,
      securityGroups: [door.id],
      // The one task stands in one zone, and is asked for from all.
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: true,
    },
    owner.child({ protect: true }),
  );
  const targets = new aws.lb.TargetGroup(
    owner.childName('targets'),
    { name: `agente-dr-${owner.label}`, targetType: 'ip', protocol: 'TLS', port: aofPlace.port, vpcId: args.vpcId },
    owner.child(),
  );
  nameIt(owner, persistence, balancer);
  return { targetGroupArn: targets.arn, listener: listen(owner, persistence, balancer, targets) };
}

function listen(
  owner: Component,
  { certificateArn }: AofPersistence,
  balancer: aws.lb.LoadBalancer,
  targets: aws.lb.TargetGroup,
): aws.lb.Listener {
  return new aws.lb.Listener(
    owner.childName('listener'),
    {
      loadBalancerArn: balancer.arn,
      port: aofPlace.port,
      protocol: 'TLS',
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      certificateArn,
      defaultActions: [{ type: 'forward', targetGroupArn: targets.arn }],
    },
    owner.child(),
  );
}

function nameIt(owner: Component, { zoneId, hostName }: AofPersistence, balancer: aws.lb.LoadBalancer): void {
  new aws.route53.Record(
    owner.childName('name'),
    {
      zoneId,
      name: hostName,
      type: 'A',
      aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: false }],
    },
    owner.child(),
  );
}
