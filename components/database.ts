import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration, type Duration } from '../recovery/duration';
import { copyAutomatedBackups } from './automated-backups-copy';
import { Component, type ComponentOptions } from './component';
import { engineFacts, type DatabaseEngine } from './database-engine';
import { originInputs, type DatabaseOrigin } from './database-origin';
import { refuseReturnToReplica } from './no-return';
import { storeDoor } from './store-door';

/** One instance of a dataset. RDS lets none begin anew, so a database lives in generations. */
export interface DatabaseGeneration {
  /**
   * Part of the logical name, so that two generations can stand side by side; never reused.
   * @recovery the next one is another instance, and the old one keeps what was booked there
   */
  readonly generation: number;
  /** Name in RDS. @recovery the other site's replica and the alarms find the instance by it */
  readonly identifier: string;
  /**
   * How the instance came to be.
   * @recovery what RDS may be told of the instance for its whole life; another one replaces it
   */
  readonly origin: DatabaseOrigin;
  /**
   * Class of the instance, such as `db.m7g.large`.
   * @recovery a smaller one replays and restores more slowly, and must carry the guests once promoted
   */
  readonly instanceClass: string;
  /**
   * Window of point-in-time recovery, in whole days; RDS accepts up to 35 days.
   * @recovery 0 would turn backups off, and a promotion would inherit that
   */
  readonly backupWindow: Duration;
  /**
   * Whether a second instance stands by in another zone.
   * @recovery a standby in another zone takes over within minutes without any data lost
   */
  readonly multiAz: boolean;
}

export interface DatabaseArgs {
  /**
   * What the database runs on, for all its generations.
   * @recovery another series of versions takes another parameter group, and a window
   */
  readonly engine: DatabaseEngine;
  /**
   * The generation that is served, or follows to be served.
   * @recovery the one whose stream, backups and promotion count for the promise
   */
  readonly current: DatabaseGeneration;
  /**
   * Older generations that nobody has retired yet, each told what it was told when it was current.
   * @default none
   * @recovery what was booked there and never reached the other site is only there
   */
  readonly retained?: readonly DatabaseGeneration[];
  /**
   * Key of this region that encrypts the instances and the backups that are copied here.
   * @recovery what was encrypted with a key that is gone is gone with it
   */
  readonly keyArn: pulumi.Input<string>;
  /** Network that the database stands in. @recovery none: only where it stands */
  readonly vpcId: pulumi.Input<string>;
  /**
   * Subnets of the stores, in different zones.
   * @recovery a standby needs a second zone, and what is restored beside it stands in the same ones
   */
  readonly subnetIds: pulumi.Input<string>[];
  /** Who may connect. @recovery who is not in it can do no damage that a replica would repeat */
  readonly clientSecurityGroupId: pulumi.Input<string>;
}

/** A database on RDS: encrypted, protected, with point-in-time recovery, of its own or streaming from another region. */
export class Database extends Component {
  readonly instance: aws.rds.Instance;
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Where another instance of this dataset may stand. */
  readonly subnetGroupName: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, options: ComponentOptions) {
    super('Database', name, options);
    const { port } = engineFacts(args.engine);
    this.subnetGroupName = this.subnetGroup(args).name;
    const shared = {
      dbSubnetGroupName: this.subnetGroupName,
      parameterGroupName: this.parameterGroup(args.engine).name,
      vpcSecurityGroupIds: [storeDoor(this, { ...args, description: `database ${name}`, port }).id],
    };
    const guard = refuseReturnToReplica(this.childName('no-return'));
    for (const old of args.retained ?? []) this.put(old, args, shared, guard);
    this.instance = this.put(args.current, args, shared, guard);
    this.host = this.instance.address;
    this.port = this.instance.port;
    this.registerOutputs({ host: this.host, port: this.port });
  }

  private put(
    own: DatabaseGeneration,
    { engine, keyArn }: DatabaseArgs,
    shared: Partial<aws.rds.InstanceArgs>,
    guard: pulumi.ResourceHook,
  ): aws.rds.Instance {
    const what = `g${String(own.generation)}`;
    if (own.origin.kind === 'replica') copyAutomatedBackups(this, what, { sourceArn: own.origin.sourceArn, keyArn });
    return new aws.rds.Instance(
      this.childName(what),
      { ...standingInputs(own, engine), ...originInputs(own.origin, engine), kmsKeyId: keyArn, ...shared },
      this.child({
        protect: true,
        hooks: { beforeUpdate: [guard] },
        // A replica of a large database takes hours to copy; a promotion takes minutes.
        customTimeouts: { create: '3h', update: '80m', delete: '1h' },
      }),
    );
  }

  private subnetGroup(args: DatabaseArgs): aws.rds.SubnetGroup {
    return new aws.rds.SubnetGroup(
      this.childName('subnets'),
      { name: `agente-dr-${this.label}`, subnetIds: args.subnetIds, tags: this.nameTag() },
      this.child(),
    );
  }

  private parameterGroup(engine: DatabaseEngine): aws.rds.ParameterGroup {
    const { series, parameters } = engineFacts(engine);
    return new aws.rds.ParameterGroup(
      this.childName('parameters'),
      {
        // RDS allows letters, digits and hyphens.
        name: `agente-dr-${this.label}-${series.replace('.', '-')}`,
        family: `${engine.name}${series}`,
        parameters: Object.entries(parameters).map(([name, value]) => ({ name, value, applyMethod: 'pending-reboot' })),
      },
      this.child(),
    );
  }
}

/** What holds for every instance, whatever it came from and whatever role its site has. */
function standingInputs(own: DatabaseGeneration, engine: DatabaseEngine): aws.rds.InstanceArgs {
  const { port, logs } = engineFacts(engine);
  return {
    identifier: own.identifier,
    instanceClass: own.instanceClass,
    port,
    backupRetentionPeriod: own.backupWindow.toWholeDays(),
    multiAz: own.multiAz,
    storageType: 'gp3',
    storageEncrypted: true,
    publiclyAccessible: false,
    // Primary and replica must not move to another version each on its own night.
    autoMinorVersionUpgrade: false,
    // A promotion that waits for the maintenance window is none.
    applyImmediately: true,
    copyTagsToSnapshot: true,
    enabledCloudwatchLogsExports: [...logs],
    deletionProtection: true,
    deleteAutomatedBackups: false,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: `${own.identifier}-final`,
  };
}

/** A standby keeps a day, so that backups are on at the moment it is promoted. */
export const standbyBackupWindow = duration('1d');
