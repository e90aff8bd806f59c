import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration, type Duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';
import { refuseReturnToReplica } from './no-return';
import { storeDoor } from './store-door';

/** How an instance came to be. It decides what RDS lets be said about it, for its whole life. */
export type DatabaseOrigin =
  | {
      readonly kind: 'own';
      readonly databaseName: string;
      readonly user: string;
      readonly password: pulumi.Input<string>;
      /** Count up to have the password set again. */
      readonly passwordVersion: number;
      readonly engineVersion: string;
      /** GiB at the start; RDS lets it grow to ten times that. */
      readonly storage: number;
    }
  | {
      readonly kind: 'replica';
      /** Instance in the other region whose changes are streamed. */
      readonly sourceArn: string;
      /** True once the instance stands alone. RDS knows no way back: the next replica is another instance. */
      readonly promoted: boolean;
    };

export interface DatabaseArgs {
  readonly identifier: string;
  /** Generation of the dataset; part of the logical name, so that two generations can stand side by side. */
  readonly generation: number;
  readonly origin: DatabaseOrigin;
  readonly instanceClass: string;
  /** Major version, for the parameter group's family. */
  readonly majorVersion: number;
  /**
   * Window of point-in-time recovery; RDS accepts up to 35 days.
   * @recovery 0 would turn backups off, and a promotion would inherit that
   */
  readonly backupWindow: Duration;
  /** @recovery a standby in another zone takes over within minutes without any data lost */
  readonly multiAz: boolean;
  /**
   * WAL, in MiB, that the source keeps for a replica that does not fetch it.
   * @recovery above it the replica is lost and must be made anew; without it a dead replica fills the source's disk
   */
  readonly keepWalForReplica: number;
  readonly keyArn: pulumi.Input<string>;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<string>[];
  /** Who may connect. */
  readonly clientSecurityGroupId: pulumi.Input<string>;
}

const port = 5432;

/** A PostgreSQL database on RDS: encrypted, protected, with point-in-time recovery, of its own or streaming from another region. */
export class Database extends Component {
  readonly instance: aws.rds.Instance;
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;

  constructor(name: string, args: DatabaseArgs, options: ComponentOptions) {
    super('Database', name, options);
    const subnetGroup = this.subnetGroup(args);
    const parameterGroup = this.parameterGroup(args);
    const securityGroup = storeDoor(this, { ...args, description: `database ${name}`, port });
    this.instance = new aws.rds.Instance(
      `${name}-g${String(args.generation)}`,
      {
        ...standingInputs(args),
        ...originInputs(args.origin),
        dbSubnetGroupName: subnetGroup.name,
        parameterGroupName: parameterGroup.name,
        vpcSecurityGroupIds: [securityGroup.id],
      },
      this.child({
        protect: true,
        hooks: { beforeUpdate: [refuseReturnToReplica(this.childName('no-return'))] },
        // A replica of a large database takes hours to copy; a promotion takes minutes.
        customTimeouts: { create: '3h', update: '80m', delete: '1h' },
      }),
    );
    this.host = this.instance.address;
    this.port = this.instance.port;
    this.registerOutputs({ host: this.host, port: this.port });
  }

  private subnetGroup(args: DatabaseArgs): aws.rds.SubnetGroup {
    return new aws.rds.SubnetGroup(
      this.childName('subnets'),
      { name: `agente-dr-${this.label}`, subnetIds: args.subnetIds, tags: this.nameTag() },
      this.child(),
    );
  }

  private parameterGroup(args: DatabaseArgs): aws.rds.ParameterGroup {
    const parameter = (name: string, value: string) => ({ name, value, applyMethod: 'pending-reboot' });
    return new aws.rds.ParameterGroup(
      this.childName('parameters'),
      {
        name: `agente-dr-${this.label}-${String(args.majorVersion)}`,
        family: `postgres${String(args.majorVersion)}`,
        parameters: [
          parameter('rds.force_ssl', '1'),
          parameter('max_slot_wal_keep_size', String(args.keepWalForReplica)),
        ],
      },
      this.child(),
    );
  }
}

/** What holds for every instance, whatever it came from and whatever role its site has. */
function standingInputs(args: DatabaseArgs): aws.rds.InstanceArgs {
  return {
    identifier: args.identifier,
    instanceClass: args.instanceClass,
    port,
    backupRetentionPeriod: args.backupWindow.toWholeDays(),
    multiAz: args.multiAz,
    storageType: 'gp3',
    storageEncrypted: true,
    kmsKeyId: args.keyArn,
    publiclyAccessible: false,
    // Primary and replica must not move to another version each on its own night.
    autoMinorVersionUpgrade: false,
    // A promotion that waits for the maintenance window is none.
    applyImmediately: true,
    copyTagsToSnapshot: true,
    enabledCloudwatchLogsExports: ['postgresql'],
    deletionProtection: true,
    deleteAutomatedBackups: false,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: `${args.identifier}-final`,
  };
}

/** RDS refuses these on a replica, and replaces a promoted instance that suddenly has them. */
function originInputs(origin: DatabaseOrigin): Partial<aws.rds.InstanceArgs> {
  if (origin.kind === 'replica') return origin.promoted ? {} : { replicateSourceDb: origin.sourceArn };
  return {
    engine: 'postgres',
    engineVersion: origin.engineVersion,
    dbName: origin.databaseName,
    username: origin.user,
    passwordWo: origin.password,
    passwordWoVersion: origin.passwordVersion,
    allocatedStorage: origin.storage,
    maxAllocatedStorage: origin.storage * 10,
  };
}

/** A standby keeps a day, so that backups are on at the moment it is promoted. */
export const standbyBackupWindow = duration('1d');
