import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { z } from 'zod';
import type { RegionContext } from '../../supervisor/part';
import { findProgram, postgresProgram } from '../../supervisor/programs';
import { accountKey, storePort } from '../store-client';
import { writeOwned, type Cluster } from './cluster';

const infoSchema = z.array(
  z.looseObject({
    backup: z.array(z.looseObject({ timestamp: z.looseObject({ stop: z.int() }) })),
    archive: z.array(z.looseObject({ max: z.string().nullable() })),
  }),
);

/** What the repository itself says it holds. */
export interface RepositoryInfo {
  /** End of the newest backup; null before the first. */
  readonly lastBackup: Date | null;
  /** Name of the newest WAL segment; null before the first. */
  readonly lastSegment: string | null;
}

/** The bucket of the service itself: as in RDS the account does not see it. */
export function repositoryBucket(region: string): string {
  return `rds-automated-backups-${region}`;
}

function cipherPass(context: RegionContext): string {
  const known = context.load<string | null>('backup-key', null);
  if (known !== null) return known;
  // The store keeps what it gets in the clear, so the backups are closed before they go there.
  const made = randomBytes(32).toString('hex');
  context.save('backup-key', made);
  return made;
}

/** pgBackRest's view of one database: a repository of its own under the database's identifier. */
export class Repository {
  private readonly file: string;

  constructor(
    private readonly context: RegionContext,
    private readonly cluster: Cluster,
  ) {
    this.file = path.join(cluster.home, 'pgbackrest.conf');
  }

  /** Command that PostgreSQL runs for each finished WAL segment. */
  get archiveCommand(): string {
    return `${findProgram('pgbackrest')} ${this.commonArguments.join(' ')} archive-push "%p"`;
  }

  configure(retentionDays: number): void {
    const { context, cluster } = this;
    const key = accountKey(context.machine);
    const options = {
      'repo1-type': 's3',
      'repo1-s3-bucket': repositoryBucket(context.region),
      'repo1-s3-endpoint': context.address,
      'repo1-storage-port': storePort(context.machine),
      'repo1-storage-ca-file': path.join(cluster.tlsDir, 'ca.crt'),
      'repo1-s3-region': context.region,
      'repo1-s3-uri-style': 'path',
      'repo1-s3-key': key.accessKeyId,
      'repo1-s3-key-secret': key.secretAccessKey,
      'repo1-path': `/${cluster.identifier}`,
      'repo1-cipher-type': 'aes-256-cbc',
      'repo1-cipher-pass': cipherPass(context),
      'repo1-bundle': 'y',
      'repo1-retention-full-type': 'time',
      'repo1-retention-full': retentionDays,
      'archive-push-queue-max': '2GiB',
      'compress-type': 'zst',
      'compress-level': 1,
      'start-fast': 'y',
      'lock-path': path.join(cluster.home, 'lock'),
      'spool-path': path.join(cluster.home, 'spool'),
      'log-level-file': 'off',
      'log-level-console': 'warn',
    };
    const instance = {
      'pg1-path': cluster.data,
      'pg1-port': cluster.port,
      'pg1-socket-path': cluster.socketDir,
      'pg1-user': 'postgres',
    };
    const lines = (table: Record<string, string | number>) =>
      Object.entries(table).map(([name, value]) => `${name}=${String(value)}`);
    const text = ['[global]', ...lines(options), `[${cluster.identifier}]`, ...lines(instance), ''];
    writeOwned(this.file, text.join('\n'));
  }

  /** Makes the repository ready for this database; does nothing when it is. */
  async open(): Promise<void> {
    await this.run('stanza-create');
  }

  async backUp(): Promise<void> {
    await this.run('--type=full', 'backup');
  }

  async info(): Promise<RepositoryInfo> {
    const [stanza] = infoSchema.parse(JSON.parse(await this.run('--output=json', 'info')));
    const stop = stanza?.backup.at(-1)?.timestamp.stop;
    return {
      lastBackup: stop === undefined ? null : new Date(stop * 1_000),
      lastSegment: stanza?.archive.at(-1)?.max ?? null,
    };
  }

  /** Instant of the last commit in a segment that still lies in the server's folder; null when there is none. */
  async lastCommit(segment: string): Promise<Date | null> {
    // pg_waldump ends with an error at the empty rest of a segment that was closed early.
    const script = '"$0" --path="$1" --rmgr=Transaction "$2" 2>/dev/null | grep "desc: COMMIT" | tail -n 1';
    const folder = path.join(this.cluster.data, 'pg_wal');
    const line = await this.context.run('sh', ['-c', script, postgresProgram('pg_waldump'), folder, segment]);
    const match = /COMMIT (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})\d* UTC/.exec(line);
    return match === null ? null : new Date(`${match[1] ?? ''}T${match[2] ?? ''}Z`);
  }

  private get commonArguments(): string[] {
    return [`--config=${this.file}`, `--stanza=${this.cluster.identifier}`];
  }

  /** Backups yield to everything else on the machine. */
  private run(...words: string[]): Promise<string> {
    return this.context.run('nice', ['-n', '10', findProgram('pgbackrest'), ...this.commonArguments, ...words], {
      cwd: this.cluster.home,
    });
  }
}
