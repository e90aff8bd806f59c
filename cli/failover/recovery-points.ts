import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { regionClient } from '../../local/supervisor/client';
import { Machine } from '../../local/machine';
import type { Project } from '../pulumi/project';

/** Whoever knows how far a database could be restored. */
export interface RecoveryPoints {
  /** Newest instant that a restore can reach; null before there is one. @throws Error when it cannot be found out. */
  latestRestorable(identifier: string): Promise<Date | null>;
}

function instant(text: string | null): Date | null {
  return text === null || Number.isNaN(Date.parse(text)) ? null : new Date(text);
}

/** Regions on this machine: the supervisor reads it from the archive. */
class LocalRecoveryPoints implements RecoveryPoints {
  constructor(
    private readonly machine: Machine,
    private readonly region: string,
  ) {}

  async latestRestorable(identifier: string): Promise<Date | null> {
    const database = await regionClient(this.machine)(this.region, 'describeDatabase', { identifier });
    return instant(database?.latestRestorableTime ?? null);
  }
}

/** RDS, by the AWS command line: these tools carry no SDK of its control plane. */
class AwsRecoveryPoints implements RecoveryPoints {
  constructor(private readonly region: string) {}

  async latestRestorable(identifier: string): Promise<Date | null> {
    const { stdout } = await promisify(execFile)('aws', [
      ...['rds', 'describe-db-instances', '--region', this.region, '--db-instance-identifier', identifier],
      ...['--query', 'DBInstances[0].LatestRestorableTime', '--output', 'text'],
    ]);
    return instant(stdout.trim());
  }
}

/** The generated project of a machine lies in the machine's folder. */
export function recoveryPointsOf(project: Project, region: string): RecoveryPoints {
  try {
    return new LocalRecoveryPoints(Machine.open(path.dirname(project.dir)), region);
  } catch {
    return new AwsRecoveryPoints(region);
  }
}
