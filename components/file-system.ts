import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { arn } from './arn';
import { Component, type ComponentOptions } from './component';
import { policyDocument } from './iam';
import { storeDoor } from './store-door';
import type { MountedFiles } from './task-container';

export interface FileSystemArgs {
  /** Account of the site, part of the ARN of the copy's key. @recovery with a wrong one no copy is made */
  readonly accountId: string;
  /** Region of the files. @recovery none: nothing is derived from it */
  readonly region: string;
  /** Key that encrypts the files here. @recovery the files are gone with it; the copy has its own region's */
  readonly keyArn: pulumi.Input<string>;
  /** Network that the file system is mounted from. @recovery none: only where its door stands */
  readonly vpcId: pulumi.Input<string>;
  /**
   * One in each zone: a task mounts through its own zone and outlives the others.
   * @recovery in a zone without one no task with files can start
   */
  readonly subnetIds: pulumi.Input<string>[];
  /** Who may mount. @recovery who is not in it can spoil no file, and the copy repeats what is spoilt */
  readonly clientSecurityGroupId: pulumi.Input<string>;
  /**
   * Name -> who the files in it belong to. Each is a folder of its own that its task takes for the root.
   * @recovery another name is another, empty folder; a task can spoil its own alone
   */
  readonly accessPoints: Readonly<
    Record<
      string,
      {
        /**
         * POSIX user and group that every access is made as.
         * @recovery another one cannot read what the one before has written
         */
        readonly user: number;
      }
    >
  >;
  /**
   * Region whose key encrypts a read-only copy there, or null for none.
   * @recovery files are up to 15 minutes old in the copy, and not all of one moment; it is writable some minutes after
   * its replication is deleted
   */
  readonly copyTo: {
    /** Region of the copy. @recovery the files survive the loss of any other */
    readonly region: string;
    /** `alias/…` of the key there. @recovery the copy can be read without this region's key */
    readonly keyAlias: string;
  } | null;
}

/** The port of NFS. */
const port = 2049;

/** Files that several tasks, or one task after the other, keep: encrypted, mounted with TLS and IAM only, copied. */
export class FileSystem extends Component {
  readonly id: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** What a task needs before it can mount. */
  readonly ready: pulumi.Resource[];
  private readonly points: Readonly<Record<string, aws.efs.AccessPoint>>;

  constructor(name: string, args: FileSystemArgs, options: ComponentOptions) {
    super('FileSystem', name, options);
    const files = this.files(args);
    this.id = files.id;
    this.arn = files.arn;
    this.points = this.accessPoints(args);
    this.ready = [this.policy(), ...this.mountTargets(args), ...Object.values(this.points)];
    this.backUp();
    if (args.copyTo !== null) this.copy(args.copyTo, args.accountId);
    this.registerOutputs({ id: this.id });
  }

  /**
   * The folder of one access point as a task sees it at a path of its own.
   * @throws RangeError when no access point has the name.
   */
  mounted(name: string, path: string): MountedFiles {
    const point = this.points[name];
    if (point === undefined) throw new RangeError(`file system ${this.label} has no access point ${name}`);
    return {
      path,
      fileSystemId: this.id,
      fileSystemArn: this.arn,
      accessPointId: point.id,
      accessPointArn: point.arn,
    };
  }

  private files({ keyArn }: FileSystemArgs): aws.efs.FileSystem {
    return new aws.efs.FileSystem(
      this.childName('files'),
      {
        // A second creation with the same token is the same file system.
        creationToken: `agente-dr-${this.label}`,
        encrypted: true,
        kmsKeyId: keyArn,
        throughputMode: 'elastic',
        protection: { replicationOverwrite: 'ENABLED' },
        tags: this.nameTag(),
      },
      this.child({ protect: true, retainOnDelete: true }),
    );
  }

  /** Once there is a policy, who is not let in by IAM is nobody; and nobody comes in without TLS. */
  private policy(): aws.efs.FileSystemPolicy {
    const policy = policyDocument([
      {
        Sid: 'OnlyTls',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: '*',
        Resource: this.arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
    return new aws.efs.FileSystemPolicy(this.childName('policy'), { fileSystemId: this.id, policy }, this.child());
  }

  private mountTargets(args: FileSystemArgs): aws.efs.MountTarget[] {
    const door = storeDoor(this, { ...args, description: `file system ${this.label}`, port });
    return args.subnetIds.map(
      (subnetId, index) =>
        new aws.efs.MountTarget(
          this.childName(`mount-${String(index + 1)}`),
          { fileSystemId: this.id, subnetId, securityGroups: [door.id] },
          this.child(),
        ),
    );
  }

  private accessPoints(args: FileSystemArgs): Readonly<Record<string, aws.efs.AccessPoint>> {
    const point = (name: string, user: number) =>
      new aws.efs.AccessPoint(
        this.childName(name),
        {
          fileSystemId: this.id,
          posixUser: { uid: user, gid: user },
          rootDirectory: {
            path: `/${name}`,
            creationInfo: { ownerUid: user, ownerGid: user, permissions: '0750' },
          },
          tags: this.nameTag(name),
        },
        this.child(),
      );
    return Object.fromEntries(Object.entries(args.accessPoints).map(([name, { user }]) => [name, point(name, user)]));
  }

  /** Daily backups of AWS's own making, beside those in the locked vault: this switch needs no plan to work. */
  private backUp(): void {
    new aws.efs.BackupPolicy(
      this.childName('backups'),
      { fileSystemId: this.id, backupPolicy: { status: 'ENABLED' } },
      this.child(),
    );
  }

  private copy({ region, keyAlias }: NonNullable<FileSystemArgs['copyTo']>, accountId: string): void {
    new aws.efs.ReplicationConfiguration(
      this.childName('copy'),
      {
        sourceFileSystemId: this.id,
        // EFS makes the copy: one that stood there already would have to be known here by its random id.
        destination: { region, kmsKeyId: arn.keyAlias(region, accountId, keyAlias) },
      },
      // A deletion is asked of the other region too, which may be gone.
      this.child({ protect: true, retainOnDelete: true }),
    );
  }
}
