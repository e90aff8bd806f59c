import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { AgenteError } from '../recovery/errors';
import type { DatabaseEngine } from './database-engine';

/** How an instance came to be. It decides what RDS lets be said about it, for its whole life. */
export type DatabaseOrigin = OwnOrigin | ReplicaOrigin | RestoredOrigin;

interface OwnOrigin {
  /** Made empty. @recovery brings nothing back: it is how a history begins */
  readonly kind: 'own';
  /**
   * Name of the database in it.
   * @recovery RDS replaces an instance that is told another one; its guard against deletion refuses that
   */
  readonly databaseName: string;
  /**
   * Name of the master user.
   * @recovery RDS replaces an instance that is told another one; its guard against deletion refuses that
   */
  readonly user: string;
  /**
   * The master user's password.
   * @recovery a replica has it too, also once promoted, so its region needs a copy of the secret
   */
  readonly password: pulumi.Input<string>;
  /**
   * Count up to have the password set again.
   * @recovery what was started with the old one can connect no more, and must be started anew
   */
  readonly passwordVersion: number;
  /**
   * GiB at the start; RDS lets it grow to ten times that.
   * @recovery a full disk takes no booking, and keeps no log for a replica that is away
   */
  readonly storage: number;
}

interface ReplicaOrigin {
  /**
   * Made by streaming from the other region.
   * @recovery takes over by a promotion, and loses what had not been streamed by then
   */
  readonly kind: 'replica';
  /**
   * Instance in the other region whose changes are streamed.
   * @recovery damage there is damage here as soon as it is streamed; RDS gives a replica no other source
   */
  readonly sourceArn: string;
  /**
   * True once the instance stands alone. RDS knows no way back: the next replica is another instance.
   * @recovery the step of a failover that ends the stream: what has not come by then is lost
   */
  readonly promoted: boolean;
}

/** Point-in-time recovery always makes another instance; it has the users and passwords of its source. */
interface RestoredOrigin {
  /**
   * Made from backups, up to an instant.
   * @recovery the way back from damage: the damaged instance stays beside it until this one is proven
   */
  readonly kind: 'restored';
  /** Whose backups are read. @recovery decides which region must still have them */
  readonly from:
    | {
        /** Instance of this region. @recovery its own backups: they are here as long as the region is */
        readonly identifier: pulumi.Input<string>;
      }
    | {
        /** Backups copied from a region that may be gone. @recovery can be read when that region cannot */
        readonly automatedBackupsArn: pulumi.Input<string>;
      };
  /**
   * ISO time with its offset, in whole seconds, or `latest` for the newest that there is.
   * @recovery everything after it is lost; before the damage, never after
   */
  readonly at: string;
}

/** RDS refuses these on a replica, and replaces a promoted instance that suddenly has them. */
export function originInputs(origin: DatabaseOrigin, engine: DatabaseEngine): Partial<aws.rds.InstanceArgs> {
  switch (origin.kind) {
    case 'replica':
      return origin.promoted ? {} : { replicateSourceDb: origin.sourceArn };
    case 'restored':
      // Stays for the instance's whole life: with the block taken away RDS would be told to replace it.
      return { restoreToPointInTime: { ...restoreSource(origin.from), ...restoreTime(origin.at) } };
    case 'own':
      return {
        engine: engine.name,
        engineVersion: engine.version,
        dbName: origin.databaseName,
        username: origin.user,
        passwordWo: origin.password,
        passwordWoVersion: origin.passwordVersion,
        allocatedStorage: origin.storage,
        maxAllocatedStorage: origin.storage * 10,
      };
  }
}

type RestoreInputs = aws.types.input.rds.InstanceRestoreToPointInTime;

const restoreSource = (from: RestoredOrigin['from']): RestoreInputs =>
  'identifier' in from
    ? { sourceDbInstanceIdentifier: from.identifier }
    : { sourceDbInstanceAutomatedBackupsArn: from.automatedBackupsArn };

/** @throws AgenteError config-invalid for a time that means another moment to somebody else. */
function restoreTime(at: string): RestoreInputs {
  if (at === 'latest') return { useLatestRestorableTime: true };
  const [, time = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(Z|[+-]\d\d:\d\d)$/.exec(at) ?? [];
  const moment = isoSeconds(at);
  // JavaScript takes the 30th of February for the 2nd of March.
  if (moment === null || isoSeconds(`${time}Z`) !== `${time}Z`) {
    throw new AgenteError(
      'config-invalid',
      `"${at}" is no moment to restore a database to`,
      'Write it with its offset and without fractions: 2026-11-24T03:00:00Z or 2026-11-24T00:00:00-03:00.',
    );
  }
  return { restoreTime: moment };
}

/** The moment in UTC as RDS wants it; null for none. */
function isoSeconds(text: string): string | null {
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString().replace('.000Z', 'Z');
}
