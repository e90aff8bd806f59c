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

/** Engines as RDS names them. */
export type DatabaseEngineName = 'postgres' | 'mysql';

export interface DatabaseSpec {
  readonly identifier: string;
  /** Null for an instance that is made from another one. */
  readonly engine: DatabaseEngineName | null;
  readonly databaseName: string | null;
  readonly user: string | null;
  readonly password: string | null;
  readonly backupRetentionDays: number;
  readonly multiAz: boolean;
  readonly deletionProtection: boolean;
  readonly parameterGroup: string | null;
  /** The instance whose changes are streamed, when this is a replica. */
  readonly source: { readonly region: string; readonly identifier: string } | null;
  /** For an instance that is made from backups. */
  readonly restore?: RestoreSpec;
}

export interface RestoreSpec {
  readonly from: BackupsName;
  /** The moment that the instance shows; null is the newest there is. */
  readonly at: string | null;
}

/** Backups of an instance of the same region, or those that were copied here from another one. */
export type BackupsName = { readonly identifier: string } | { readonly replicatedBackups: string };

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
  readonly engine: DatabaseEngineName;
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

/** How a replica is let in by its source. */
export interface ReplicaAdmission {
  readonly user: string;
  readonly password: string;
  /** What the replica begins with, in the store of the source's region; null where the server itself sends it. */
  readonly copy: StoredCopy | null;
}

/** An object of the service in a region's store, and the key that opens it. */
export interface StoredCopy {
  readonly bucket: string;
  readonly key: string;
  readonly passphrase: string;
}

/** Backups in another region's store, what opens them, and what a database that is made from them is like. */
export interface CopiedBackups {
  readonly engine: DatabaseEngineName;
  readonly user: string;
  readonly databaseName: string;
  readonly archive: string;
  readonly passphrase: string;
}

export interface CacheSpec {
  readonly identifier: string;
  readonly authToken: string | null;
  /** @default empty */
  readonly seed?: CacheSeed | null;
  /** @default no daily snapshot */
  readonly backups?: CacheBackups | null;
}

/** A snapshot of this region by name, or a file in a bucket of this region. */
export type CacheSeed = { readonly snapshot: string } | { readonly bucket: string; readonly key: string };

export interface CacheBackups {
  readonly keepDays: number;
  /** `hh:mm` in UTC. */
  readonly at: string;
}

export interface CacheSnapshot {
  readonly name: string;
  readonly cache: string;
  readonly kind: 'manual' | 'automated';
  readonly createdAt: string;
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
    readonly mounts: readonly { readonly volume: string; readonly path: string; readonly readOnly: boolean }[];
  }[];
  /** What containers mount by the volume's name. */
  readonly volumes: readonly (FileVolume | ScratchVolume)[];
}

export interface FileVolume {
  readonly name: string;
  readonly fileSystem: string;
  readonly accessPoint: string | null;
  readonly rootDirectory: string;
}

/** Empty at the start of a task, and gone with it. */
export interface ScratchVolume {
  readonly name: string;
  readonly fileSystem: null;
}

/** What a one-off task does differently from its definition. */
export interface TaskOverride {
  readonly command: readonly string[] | null;
  readonly environment: Readonly<Record<string, string>>;
}

/** A one-off task, running or done. */
export interface RunState {
  readonly arn: string;
  readonly taskDefinition: string;
  readonly startedBy: string;
  readonly startedAt: string;
  readonly stoppedAt: string | null;
  readonly exitCode: number | null;
  /** Why it never started or did not end by itself, in the words of ECS. */
  readonly stoppedReason: string | null;
  readonly logFile: string;
}

export interface ScheduleSpec {
  readonly group: string;
  readonly name: string;
  /** `cron(…)`, `rate(…)` or `at(…)`. */
  readonly expression: string;
  readonly timezone: string;
  readonly enabled: boolean;
  readonly start: string | null;
  readonly end: string | null;
  readonly target: {
    readonly taskDefinition: string;
    readonly cluster: string;
    readonly taskCount: number;
    readonly override: TaskOverride;
  };
}

export interface ServiceSpec {
  readonly cluster: string;
  readonly name: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly targetGroup: { readonly arn: string; readonly container: string; readonly port: number } | null;
  /** @default a new definition takes the place of the old one task by task */
  readonly blueGreen?: BlueGreen | null;
  readonly waitForSteadyState: boolean;
}

/** Tasks of a new definition stand in the other target group, and get all guests at once. */
export interface BlueGreen {
  readonly alternateTargetGroup: string;
  readonly productionRule: string;
  readonly testRule: string | null;
  /** How long the old tasks stand by after the shift. */
  readonly bakeMinutes: number;
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

export interface FileSystemPlace {
  readonly region: string;
  readonly id: string;
}

export interface FileSystemState {
  readonly folder: string;
  readonly mountTargets: number;
  readonly overwriteProtection: boolean;
  /** Set on a destination: read-only, as of the last whole pass. */
  readonly replicaOf: (FileSystemPlace & { readonly syncedAt: string | null }) | null;
  /** Set on a source. */
  readonly replication:
    (FileSystemPlace & { readonly syncedAt: string | null; readonly failure: string | null }) | null;
}

/** Empty prefixes mean every repository. */
export interface RegistryReplicationRule {
  readonly prefixes: readonly string[];
  readonly regions: readonly string[];
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
  /** Between supervisors: how a replica in another region reaches this instance, and what it begins with. */
  admitReplica: {
    params: { identifier: string; replica: string };
    result: { endpoint: Endpoint; admission: ReplicaAdmission };
  };

  /** Copies the automated backups of an instance in another region to this one, from now on. */
  replicateBackups: {
    params: { arn: string; source: { region: string; identifier: string }; retentionDays: number };
    result: Record<string, never>;
  };
  describeReplicatedBackups: { params: { arn: string }; result: { latestRestorableTime: string | null } | null };
  ceaseReplicatedBackups: { params: { arn: string }; result: Record<string, never> };
  /** Between supervisors: what a region must know of backups that it copies, to restore from them alone. */
  admitBackupCopy: { params: { identifier: string }; result: CopiedBackups };

  createCache: { params: CacheSpec; result: Endpoint };
  describeCache: { params: { identifier: string }; result: Endpoint | null };
  modifyCache: { params: { identifier: string; backups: CacheBackups | null }; result: Record<string, never> };
  /** `finalSnapshot`: name of what is kept of it. */
  deleteCache: { params: { identifier: string; finalSnapshot?: string | null }; result: Record<string, never> };
  createCacheSnapshot: { params: { identifier: string; name: string }; result: CacheSnapshot };
  describeCacheSnapshots: { params: { identifier: string }; result: readonly CacheSnapshot[] };
  deleteCacheSnapshot: { params: { name: string }; result: Record<string, never> };
  /** Writes a snapshot as an RDB file into a bucket of the region. */
  exportCacheSnapshot: { params: { name: string; bucket: string; key: string }; result: Record<string, never> };

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
  /** In the replica's region: it becomes a secret of its own, which takes writes and follows nobody. */
  stopSecretReplication: { params: { name: string }; result: { arn: string } };
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

  /** Starts a task that ends by itself; the answer does not wait for it. */
  runTask: {
    params: { cluster: string; taskDefinition: string; override: TaskOverride; startedBy: string };
    result: { arn: string };
  };
  describeTask: { params: { arn: string }; result: RunState | null };
  putScheduleGroup: { params: { name: string }; result: { arn: string } };
  deleteScheduleGroup: { params: { name: string }; result: Record<string, never> };
  putSchedule: { params: ScheduleSpec; result: { arn: string } };
  deleteSchedule: { params: { group: string; name: string }; result: Record<string, never> };

  putFileSystem: {
    params: { token: string; overwriteProtection: boolean };
    result: { id: string; arn: string };
  };
  deleteFileSystem: { params: { id: string }; result: Record<string, never> };
  putAccessPoint: { params: { fileSystem: string; path: string; token: string }; result: { id: string; arn: string } };
  deleteAccessPoint: { params: { id: string }; result: Record<string, never> };
  putMountTarget: { params: { fileSystem: string; subnet: string }; result: { id: string } };
  deleteMountTarget: { params: { id: string }; result: Record<string, never> };
  describeFileSystem: { params: { id: string }; result: FileSystemState | null };
  /** Copies what changes to another region, into the given empty file system or a new one. */
  putFileReplication: {
    params: { source: string; region: string; destination: string | null };
    result: { destination: string };
  };
  /** Of the source or, where the source is lost, of the destination, which then takes writes. */
  deleteFileReplication: { params: { fileSystem: string }; result: Record<string, never> };
  /** Between supervisors: a file system becomes the copy of another region's. */
  adoptFileReplica: {
    params: { source: FileSystemPlace; destination: string | null };
    result: { destination: string };
  };

  /** Between supervisors: where a region takes in what others replicate. */
  courierDoor: { params: Record<string, never>; result: Endpoint };
  putRepository: { params: { name: string; immutableTags: boolean }; result: { arn: string; url: string } };
  deleteRepository: { params: { name: string; force: boolean }; result: Record<string, never> };
  describeRepository: {
    params: { name: string };
    result: { immutableTags: boolean; images: Readonly<Record<string, readonly string[]>> } | null;
  };
  /** `archive`: a file of this machine with the image's bytes. */
  pushImage: { params: { repository: string; tag: string; archive: string }; result: { digest: string } };
  setRegistryReplication: { params: { rules: readonly RegistryReplicationRule[] }; result: Record<string, never> };

  putLoadBalancer: { params: { name: string }; result: { arn: string; dnsName: string; address: string } };
  deleteLoadBalancer: { params: { name: string }; result: Record<string, never> };
  putTargetGroup: {
    params: { name: string; healthPath: string; healthIntervalSeconds: number; healthyThreshold: number };
    result: { arn: string };
  };
  deleteTargetGroup: { params: { name: string }; result: Record<string, never> };
  putListener: {
    /** `otherwise`: where a request goes that no rule has taken, a target group or an answer. */
    params: { loadBalancer: string; port: number; tls: boolean; otherwise: string | { readonly answer: number } };
    result: { arn: string };
  };
  deleteListener: { params: { arn: string }; result: Record<string, never> };
  /** Sends requests on one of these paths, with all of these headers, to the target group that has a weight. */
  putListenerRule: {
    params: {
      /** Of the rule that is changed; null for a new one. */
      arn: string | null;
      listener: string;
      priority: number;
      paths: readonly string[];
      headers: readonly { readonly name: string; readonly values: readonly string[] }[];
      targets: readonly { readonly group: string; readonly weight: number }[];
    };
    result: { arn: string };
  };
  deleteListenerRule: { params: { arn: string }; result: Record<string, never> };
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
    /** `database`, `cache`, `object store`, `load balancer`, `task`, `schedule`, `replicator`, `dns`, `link`. */
    readonly kind: string;
    readonly name: string;
    readonly state: 'running' | 'starting' | 'stopped' | 'failed';
    readonly pid: number | null;
    readonly detail: string;
  }[];
}
