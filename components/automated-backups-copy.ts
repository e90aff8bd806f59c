import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { duration } from '../recovery/duration';
import type { Component } from './component';

export interface AutomatedBackupsCopyArgs {
  /**
   * Instance in the other region whose backups and logs are copied here; a later change is ignored.
   * @recovery damage that the replica has repeated can be undone from them, also when that region is gone
   */
  readonly sourceArn: string;
  /**
   * Key of this region that encrypts the copies; a later change is ignored.
   * @recovery the copies can be read without the other region's key, and are gone with this one
   */
  readonly keyArn: pulumi.Input<string>;
}

/** What RDS keeps at most (0-35 days): the copy is there for damage that somebody finds late. */
const keepCopies = duration('35d');

/**
 * The second line beside a replica: it follows the source into every mistake, and its copied backups do
 * not. Pulled by the site that keeps them, so its state is not in the region that may be gone.
 *
 * It has no update at AWS: each change, and a deletion, first calls the source's region and waits over
 * an hour for it. So nothing about it ever changes, a promotion leaves it as it is, and whoever takes
 * it away only has it forgotten. A refresh while the source is gone drops it from the state, and the
 * next `up` would start it anew: no failover refreshes more than instances.
 */
export function copyAutomatedBackups(owner: Component, generation: string, args: AutomatedBackupsCopyArgs): void {
  new aws.rds.InstanceAutomatedBackupsReplication(
    owner.childName(`${generation}-backups`),
    {
      sourceDbInstanceArn: args.sourceArn,
      kmsKeyId: args.keyArn,
      retentionPeriod: keepCopies.toWholeDays(),
    },
    owner.child({
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ['sourceDbInstanceArn', 'kmsKeyId', 'retentionPeriod'],
      customTimeouts: { create: '2h' },
    }),
  );
}
