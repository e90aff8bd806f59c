/**
 * What a region on this machine can do: the calls its supervisor answers over a socket. The provider
 * is the main caller; it owns no server itself, because the engine kills its process group.
 * Method names say what happens in the region, not which AWS API is imitated.
 */

/** A refusal in AWS's own words: `InvalidDBInstanceState`, `DBInstanceAlreadyExists`, ... */
export class RegionRefusal extends Error {
  override readonly name = 'RegionRefusal';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface DatabaseSpec {
  readonly identifier: string;
  readonly engine: 'postgres';
  readonly databaseName: string | null;
  readonly user: string | null;
  readonly password: string | null;
  readonly backupRetentionDays: number;
  readonly multiAz: boolean;
  readonly deletionProtection: boolean;
  readonly parameterGroup: string | null;
  /** The instance whose changes are streamed, when this is a replica. */
  readonly source: { readonly region: string; readonly identifier: string } | null;
}

export interface DatabaseChange {
  /** Stop streaming and accept writes. Refused on an instance that is no replica. */
  readonly promote?: true;
  readonly password?: string;
  readonly backupRetentionDays?: number;
  readonly multiAz?: boolean;
  readonly deletionProtection?: boolean;
}

export interface DatabaseState {
  readonly identifier: string;
  readonly endpoint: Endpoint;
  readonly databaseName: string;
  readonly user: string;
  readonly engineVersion: string;
  readonly replica: boolean;
  readonly backupRetentionDays: number;
  readonly multiAz: boolean;
  readonly deletionProtection: boolean;
  /** Newest instant that a point-in-time recovery can reach from the archive; null before the first backup. */
  readonly latestRestorableTime: string | null;
}

export interface CacheSpec {
  readonly identifier: string;
  readonly authToken: string | null;
}

export interface TaskDefinition {
  readonly family: string;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly command: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    /** Variable name -> ARN of the secret (or `arn:key::` for one key of a JSON secret). */
    readonly secrets: Readonly<Record<string, string>>;
    readonly port: number | null;
  }[];
}

export interface ServiceSpec {
  readonly cluster: string;
  readonly name: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly targetGroup: { readonly arn: string; readonly container: string; readonly port: number } | null;
  readonly waitForSteadyState: boolean;
}

export interface HealthCheckSpec {
  readonly id: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly intervalSeconds: number;
  readonly failureThreshold: number;
  readonly inverted: boolean;
  readonly disabled: boolean;
}

export interface RecordSpec {
  readonly zoneId: string;
  readonly name: string;
  readonly type: 'A' | 'CNAME';
  readonly setIdentifier: string | null;
  /** Where an alias points: a load balancer's DNS name. Route 53 answers aliases to load balancers with 60 s. */
  readonly alias: string | null;
  readonly values: readonly string[];
  readonly ttlSeconds: number;
  readonly failover: 'PRIMARY' | 'SECONDARY' | null;
  readonly healthCheckId: string | null;
}

export interface ReplicationRule {
  readonly prefix: string;
  readonly destinationBucket: string;
  readonly enabled: boolean;
  readonly deleteMarkers: boolean;
}

/** Every call of a regional supervisor: parameters -> result. */
export interface RegionCalls {
  ping: { params: Record<string, never>; result: { region: string; pid: number } };
  status: { params: Record<string, never>; result: RegionStatus };
  stop: { params: Record<string, never>; result: Record<string, never> };

  putParameterGroup: { params: { name: string; parameters: Record<string, string> }; result: Record<string, never> };
  deleteParameterGroup: { params: { name: string }; result: Record<string, never> };
  createDatabase: { params: DatabaseSpec; result: DatabaseState };
  modifyDatabase: { params: { identifier: string; change: DatabaseChange }; result: DatabaseState };
  describeDatabase: { params: { identifier: string }; result: DatabaseState | null };
  deleteDatabase: { params: { identifier: string }; result: Record<string, never> };
  /** Between supervisors: how a replica in another region reaches this instance. */
  admitReplica: {
    params: { identifier: string; fromRegion: string; slot: string };
    result: { endpoint: Endpoint; user: string; password: string };
  };

  createCache: { params: CacheSpec; result: Endpoint };
  describeCache: { params: { identifier: string }; result: Endpoint | null };
  deleteCache: { params: { identifier: string }; result: Record<string, never> };

  createBucket: { params: { name: string; objectLock: boolean }; result: Record<string, never> };
  deleteBucket: { params: { name: string; force: boolean }; result: Record<string, never> };
  setVersioning: { params: { bucket: string; enabled: boolean }; result: Record<string, never> };
  setBucketPolicy: { params: { bucket: string; policy: string | null }; result: Record<string, never> };
  setReplication: { params: { bucket: string; rules: readonly ReplicationRule[] }; result: Record<string, never> };
  putObject: {
    params: { bucket: string; key: string; content: string; contentType: string | null };
    result: { etag: string; versionId: string };
  };
  deleteObject: { params: { bucket: string; key: string }; result: Record<string, never> };

  createSecret: { params: { name: string; replicaRegions: readonly string[] }; result: { arn: string } };
  putSecretValue: { params: { name: string; value: string }; result: { versionId: string } };
  deleteSecret: { params: { name: string }; result: Record<string, never> };
  /** Between supervisors: a replica of a secret arrives. */
  receiveSecret: { params: { name: string; value: string }; result: Record<string, never> };

  registerTaskDefinition: { params: TaskDefinition; result: { arn: string; revision: number } };
  deregisterTaskDefinition: { params: { arn: string }; result: Record<string, never> };
  putService: { params: ServiceSpec; result: { runningCount: number } };
  deleteService: { params: { cluster: string; name: string }; result: Record<string, never> };
  setScaling: {
    params:
      | { cluster: string; service: string; min: number; max: number }
      | { cluster: string; service: string; min: null; max: null };
    result: Record<string, never>;
  };

  putLoadBalancer: { params: { name: string }; result: { arn: string; dnsName: string; address: string } };
  deleteLoadBalancer: { params: { name: string }; result: Record<string, never> };
  putTargetGroup: {
    params: { name: string; healthPath: string; healthIntervalSeconds: number; healthyThreshold: number };
    result: { arn: string };
  };
  deleteTargetGroup: { params: { name: string }; result: Record<string, never> };
  putListener: {
    params: { loadBalancer: string; port: number; tls: boolean; targetGroup: string };
    result: { arn: string };
  };
  deleteListener: { params: { arn: string }; result: Record<string, never> };
}

/** Calls of the one supervisor that stands outside all regions: DNS, health checks, the link. */
export interface GlobalCalls {
  ping: RegionCalls['ping'];
  status: RegionCalls['status'];
  stop: RegionCalls['stop'];
  putHealthCheck: { params: HealthCheckSpec; result: Record<string, never> };
  deleteHealthCheck: { params: { id: string }; result: Record<string, never> };
  putRecord: { params: RecordSpec; result: Record<string, never> };
  deleteRecord: {
    params: { zoneId: string; name: string; type: string; setIdentifier: string | null };
    result: Record<string, never>;
  };
  /** A door to a server in another region: 80 ms round trip, bounded rate, can be cut. The same answer for the same question. */
  openLink: { params: { from: string; to: string; target: Endpoint }; result: Endpoint };
  /** Silently drop everything between two regions, or let it flow again. */
  setLink: { params: { a: string; b: string; up: boolean }; result: Record<string, never> };
}

export interface RegionStatus {
  readonly region: string;
  readonly address: string;
  readonly parts: readonly {
    /** `database`, `cache`, `object store`, `load balancer`, `task`, `replicator`, `dns`, `link`. */
    readonly kind: string;
    readonly name: string;
    readonly state: 'running' | 'starting' | 'stopped' | 'failed';
    readonly pid: number | null;
    readonly detail: string;
  }[];
}
