import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';
import { serviceRole } from './service-role';

export interface RestoreTestingArgs {
  /** Letters, digits and underscores. @recovery none: only a name */
  readonly planName: string;
  /** Account that AWS Backup must work for to take its role. @recovery with a wrong one no backup is tried */
  readonly accountId: string;
  /** Region, part of the role's name. @recovery none: only a name */
  readonly region: string;
  /** Vault whose newest points are restored. @recovery what lies elsewhere is not tried */
  readonly vaultArn: pulumi.Input<string>;
  /** `cron(…)` in UTC. @recovery a backup that cannot be restored is found out after this long at most */
  readonly schedule: string;
  /**
   * Where restored databases stand for as long as they are looked at.
   * @recovery none for the points; where it has no room a test fails, and the point stays unproven
   */
  readonly databaseSubnetGroup: pulumi.Input<string>;
}

const startWithin = duration('1h');
/** Only points this young count: an older one would prove a backup that nobody would restore. */
const newestWithin = duration('7d');
/** Then AWS takes the restored copy away. */
const standsFor = duration('4h');

const hours = (length: typeof standsFor): number => length.toWholeSeconds() / 3_600;

/**
 * AWS Backup restores the newest point of everything in the vault by itself, the other region's copies
 * included, and deletes what it restored. It proves that a point can be restored, not what is in it.
 */
export class RestoreTesting extends Component {
  constructor(name: string, args: RestoreTestingArgs, options: ComponentOptions) {
    super('RestoreTesting', name, options);
    const role = serviceRole(this, { ...args, service: 'backup', policy: 'AWSBackupServiceRolePolicyForRestores' });
    const plan = this.plan(args);
    const overrides: Readonly<Record<'RDS' | 'EFS', Record<string, pulumi.Input<string>>>> = {
      RDS: { dbSubnetGroupName: args.databaseSubnetGroup },
      EFS: {},
    };
    for (const [type, restoreMetadataOverrides] of Object.entries(overrides)) {
      new aws.backup.RestoreTestingSelection(
        this.childName(type.toLowerCase()),
        {
          name: `${args.planName}_${type.toLowerCase()}`,
          restoreTestingPlanName: plan.name,
          protectedResourceType: type,
          protectedResourceArns: ['*'],
          iamRoleArn: role.arn,
          restoreMetadataOverrides,
          validationWindowHours: hours(standsFor),
        },
        this.child({ dependsOn: [role.rights] }),
      );
    }
    this.registerOutputs({});
  }

  private plan(args: RestoreTestingArgs): aws.backup.RestoreTestingPlan {
    return new aws.backup.RestoreTestingPlan(
      this.childName('plan'),
      {
        name: args.planName,
        scheduleExpression: args.schedule,
        scheduleExpressionTimezone: 'Etc/UTC',
        startWindowHours: hours(startWithin),
        recoveryPointSelection: {
          algorithm: 'LATEST_WITHIN_WINDOW',
          includeVaults: [args.vaultArn],
          recoveryPointTypes: ['SNAPSHOT'],
          selectionWindowDays: newestWithin.toWholeDays(),
        },
      },
      this.child(),
    );
  }
}
