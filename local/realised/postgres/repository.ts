import * as path from 'node:path';
import { z } from 'zod';
import type { RegionContext } from '../../supervisor/part';
import { findProgram, postgresProgram } from '../../../scripts/programs/server-programs';
import { backupBucket, backupPassphrase } from '../backup-store';
import { accountKey, storePort } from '../store-client';
import type { Instance } from '../database-instance';
import { writeOwned } from '../owned-file';

const infoSchema = z.array(
  z.looseObject({
    backup: z.array(z.looseObject({ timestamp: z.looseObject({ stop: z.int() }) })),
    archive: z.array(z.looseObject({ max: z.string().nullable() })),
  }),
);

/** What the repository itself says it holds. */
export interface RepositoryInfo {
  /** End of the oldest and of the newest backup; null before the first. */
  readonly firstBackup: Date | null;
  readonly lastBackup: Date | null;
  /** Name of the newest WAL segment; null before the first. */
  readonly lastSegment: string | null;
}

/** Whose repository it is, and what closes it. */
interface RepositoryName {
  readonly archive: string;
  readonly passphrase: string;
}

/** pgBackRest's view of one repository and the server that writes to it, or is made from it. */
export class Repository {
  private readonly file: string;

  constructor(
    private readonly context: RegionContext,
    private readonly instance: Instance,
    private readonly name: RepositoryName = { archive: instance.archive, passphrase: backupPassphrase(context) },
  ) {
    this.file = path.join(instance.home, `pgbackrest-${name.archive}.conf`);
  }

  /** Command that PostgreSQL runs for each finished WAL segment. */
  get archiveCommand(): string {
    return `${findProgram('pgbackrest')} ${this.commonArguments.join(' ')} archive-push "%p"`;
  }

  configure(retentionDays: number): void {
    const { context, instance } = this;
    const key = accountKey(context.machine);
    const options = {
      'repo1-type': 's3',
      'repo1-s3-bucket': backupBucket(context.region),
      'repo1-s3-endpoint': context.address,
      'repo1-storage-port': storePort(context.machine),
      'repo1-storage-ca-file': path.join(instance.tlsDir, 'ca.crt'),
      'repo1-s3-region': context.region,
      'repo1-s3-uri-style': 'path',
      'repo1-s3-key': key.accessKeyId,
      'repo1-s3-key-secret': key.secretAccessKey,
      'repo1-path': `/${this.name.archive}`,
      'repo1-cipher-type': 'aes-256-cbc',
      'repo1-cipher-pass': this.name.passphrase,
      'repo1-bundle': 'y',
      'repo1-retention-full-type': 'time',
      'repo1-retention-full': retentionDays,
      'archive-push-queue-max': '2GiB',
      'compress-type': 'zst',
      'compress-level': 1,
      'start-fast': 'y',
      'lock-path': path.join(instance.home, 'lock'),
      'spool-path': path.join(instance.home, 'spool'),
      'log-level-file': 'off',
      'log-level-console': 'warn',
    };
    const server = {
      'pg1-path': instance.data,
      'pg1-port': instance.port,
      'pg1-socket-path': instance.socketDir,
      'pg1-user': 'postgres',
    };
    const lines = (table: Record<string, string | number>) =>
      Object.entries(table).map(([name, value]) => `${name}=${String(value)}`);
    const text = ['[global]', ...lines(options), `[${this.name.archive}]`, ...lines(server), ''];
    writeOwned(this.file, text.join('\n'));
  }

  /** Makes the repository ready for this database; does nothing when it is. */
  async open(): Promise<void> {
    await this.run('stanza-create');
  }

  /** Makes the instance's files; its server replays up to the target, or to the newest moment for null, and stands alone. */
  async restore(target: Date | null): Promise<void> {
    const moment = target?.toISOString().replace('T', ' ').replace('Z', '+00');
    // Without its offset the time would be read in the zone of whoever runs this.
    const until = moment === undefined ? [] : ['--type=time', `--target=${moment}`, '--target-action=promote'];
    await this.run(...until, 'restore');
  }

  async backUp(): Promise<void> {
    await this.run('--type=full', 'backup');
  }

  async info(): Promise<RepositoryInfo> {
    const [stanza] = infoSchema.parse(JSON.parse(await this.run('--output=json', 'info')));
    const end = (index: number) => {
      const stop = stanza?.backup.at(index)?.timestamp.stop;
      return stop === undefined ? null : new Date(stop * 1_000);
    };
    return {
      firstBackup: end(0),
      lastBackup: end(-1),
      lastSegment: stanza?.archive.at(-1)?.max ?? null,
    };
  }

  /** Instant of the last commit in a segment that still lies in the server's folder; null when there is none. */
  async lastCommit(segment: string): Promise<Date | null> {
    // pg_waldump ends with an error at the empty rest of a segment that was closed early.
    const script = '"$0" --path="$1" --rmgr=Transaction "$2" 2>/dev/null | grep "desc: COMMIT" | tail -n 1';
    const folder = path.join(this.instance.data, 'pg_wal');
    const line = await this.context.run('sh', ['-c', script, postgresProgram('pg_waldump'), folder, segment]);
    const match = /COMMIT (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})\d* UTC/.exec(line);
    return match === null ? null : new Date(`${match[1] ?? ''}T${match[2] ?? ''}Z`);
  }

  private get commonArguments(): string[] {
    return [`--config=${this.file}`, `--stanza=${this.name.archive}`];
  }

  /** Backups yield to everything else on the machine. */
  private run(...words: string[]): Promise<string> {
    return this.context.run('nice', ['-n', '10', findProgram('pgbackrest'), ...this.commonArguments, ...words], {
      cwd: this.instance.home,
    });
  }
}
