import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration, type Duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';
import { policyDocument } from './iam';

export interface BackupVaultArgs {
  /**
   * Name in AWS Backup, by which the other site finds the vault unasked.
   * @recovery another name is another, empty vault, and the other site's copies find none
   */
  readonly vaultName: string;
  /**
   * Key that encrypts what is kept here.
   * @recovery the lock does not keep the key: who deletes it deletes every recovery point here
   */
  readonly keyArn: pulumi.Input<string>;
  /**
   * What is kept for less or more than this is refused, and what is kept nobody can delete before its time.
   * @recovery the window in which a stolen account can still be recovered from
   */
  readonly keep: {
    /**
     * Shortest time that is accepted, in whole days.
     * @recovery for so long at least nobody, root included, can delete a recovery point
     */
    readonly atLeast: Duration;
    /**
     * Longest time that is accepted, in whole days.
     * @recovery a job that asks for more is refused, and leaves no recovery point
     */
    readonly atMost: Duration;
  };
}

/** How long the lock can still be taken off; AWS asks for three days, and afterwards it is for ever. */
const timeToRegret = duration('3d');

/** AWS Backup's vault, locked: snapshots of databases and file systems, and the other region's copies. */
export class BackupVault extends Component {
  readonly arn: pulumi.Output<string>;
  readonly vaultName: pulumi.Output<string>;

  constructor(name: string, args: BackupVaultArgs, options: ComponentOptions) {
    super('BackupVault', name, options);
    const vault = new aws.backup.Vault(
      this.childName('vault'),
      { name: args.vaultName, kmsKeyArn: args.keyArn, forceDestroy: false },
      this.child({ protect: true, retainOnDelete: true }),
    );
    this.arn = vault.arn;
    this.vaultName = vault.name;
    this.lock(args.keep);
    this.denyDeletion();
    this.registerOutputs({ arn: this.arn });
  }

  private lock({ atLeast, atMost }: BackupVaultArgs['keep']): void {
    new aws.backup.VaultLockConfiguration(
      this.childName('lock'),
      {
        backupVaultName: this.vaultName,
        changeableForDays: timeToRegret.toWholeDays(),
        minRetentionDays: atLeast.toWholeDays(),
        maxRetentionDays: atMost.toWholeDays(),
      },
      // Taken away after the third day it is refused by AWS, and before that it is what a thief would do.
      this.child({ protect: true, retainOnDelete: true }),
    );
  }

  /** Holds from the first minute, while the lock can still be taken off. */
  private denyDeletion(): void {
    const policy = policyDocument([
      {
        Sid: 'NobodyDeletes',
        Effect: 'Deny',
        Principal: '*',
        Action: [
          'backup:DeleteBackupVault',
          'backup:DeleteRecoveryPoint',
          'backup:DisassociateRecoveryPoint',
          'backup:UpdateRecoveryPointLifecycle',
        ],
        Resource: '*',
      },
    ]);
    new aws.backup.VaultPolicy(
      this.childName('policy'),
      { backupVaultName: this.vaultName, policy },
      this.child({ protect: true }),
    );
  }
}
