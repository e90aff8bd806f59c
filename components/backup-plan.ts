import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration, type Duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';
import { serviceRole } from './service-role';

export interface BackupPlanArgs {
  /** Name in AWS Backup of the plan and its selection. @recovery none: only a name */
  readonly planName: string;
  /** Account that AWS Backup must work for to take its role. @recovery with a wrong one no snapshot is taken */
  readonly accountId: string;
  /** Region, part of the role's name. @recovery none: only a name */
  readonly region: string;
  /** Vault of this region that the snapshots go to. @recovery its lock is what keeps everybody from destroying them */
  readonly vaultName: pulumi.Input<string>;
  /**
   * What is backed up, by ARN: a tag that somebody forgets would leave a store out unseen.
   * @recovery what is not listed has no snapshot, and no copy of one
   */
  readonly resourceArns: pulumi.Input<string>[];
  /**
   * `cron(…)` in UTC; AWS Backup takes snapshots hourly at most.
   * @recovery what is only backed up by this loses as much as lies between two runs, and one run
   */
  readonly schedule: string;
  /**
   * How long a snapshot stays here, in whole days.
   * @recovery damage that is found later than this is only undone by the copy
   */
  readonly keep: Duration;
  /**
   * The other region's vault, or null while there is none yet.
   * @recovery without it these snapshots die with their region
   */
  readonly copyTo: {
    /** ARN of that vault. @recovery where the snapshots survive the region, under a lock of its own */
    readonly vaultArn: string;
    /**
     * How long a copy stays there, in whole days.
     * @recovery damage that is found later than this is undone by no copy
     */
    readonly keep: Duration;
  } | null;
}

const minutes = (length: Duration): number => length.toWholeSeconds() / 60;

/** A run that has not started within the first is given up and reported, and one that has not ended within the second. */
const startWithin = duration('1h');
const endWithin = duration('4h');

/** Snapshots by AWS Backup into a locked vault, and their copies in the other region. */
export class BackupPlan extends Component {
  constructor(name: string, args: BackupPlanArgs, options: ComponentOptions) {
    super('BackupPlan', name, options);
    const role = serviceRole(this, { ...args, service: 'backup', policy: 'AWSBackupServiceRolePolicyForBackup' });
    const plan = new aws.backup.Plan(
      this.childName('plan'),
      { name: args.planName, rules: [rule(args)] },
      this.child(),
    );
    new aws.backup.Selection(
      this.childName('selection'),
      { name: args.planName, planId: plan.id, iamRoleArn: role.arn, resources: args.resourceArns },
      this.child({ dependsOn: [role.rights] }),
    );
    this.registerOutputs({});
  }
}

function rule({ vaultName, schedule, keep, copyTo }: BackupPlanArgs): aws.types.input.backup.PlanRule {
  return {
    ruleName: 'scheduled',
    targetVaultName: vaultName,
    schedule,
    startWindow: minutes(startWithin),
    completionWindow: minutes(endWithin),
    lifecycle: { deleteAfter: keep.toWholeDays() },
    copyActions:
      copyTo === null
        ? []
        : [{ destinationVaultArn: copyTo.vaultArn, lifecycle: { deleteAfter: copyTo.keep.toWholeDays() } }],
  };
}
