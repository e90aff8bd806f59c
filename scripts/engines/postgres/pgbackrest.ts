import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AgenteError } from '../../../recovery/errors';
import { cancelled, childOptions } from '../../programs/run';
import { asServerUser } from '../../programs/server-programs';
import { stanza } from './pgbackrest-config';
import { pgbackrestFailure } from './pgbackrest-failure';
import type { ServerFacts } from './server-facts';

const backupInfo = z.object({
  label: z.string(),
  type: z.enum(['full', 'diff', 'incr']),
  prior: z.string().nullable(),
  /** Pages whose checksums were wrong. */
  error: z.boolean().nullable(),
  annotation: z.record(z.string(), z.string()).optional(),
  archive: z.object({ start: z.string().nullable(), stop: z.string().nullable() }),
  database: z.object({ id: z.number() }),
  lsn: z.object({ start: z.string(), stop: z.string() }),
  timestamp: z.object({ start: z.number(), stop: z.number() }),
  info: z.object({
    size: z.number(),
    repository: z.object({ delta: z.number().optional(), size: z.number().optional() }),
  }),
});
export type BackupInfo = z.infer<typeof backupInfo>;

/** A number of 64 bits is rounded here, which is enough beside the exact one of the repository's owner. */
const databaseInfo = z.object({ id: z.number(), 'system-id': z.number(), version: z.string() });
type DatabaseInfo = z.infer<typeof databaseInfo>;

const infoSchema = z.array(
  z.object({
    backup: z.array(backupInfo),
    db: z.array(databaseInfo),
    status: z.object({ code: z.number(), message: z.string() }),
  }),
);

const rememberedCharacters = 16_384;
/** How long somebody else may hold the repository while it is made ready. */
const lockWaitMs = 10_000;

type Cluster = Pick<ServerFacts, 'systemIdentifier' | 'major'>;

/** pgBackRest over one configuration file; it dies with this process. */
export class PgBackRest {
  constructor(
    private readonly config: string,
    private readonly cwd: string,
    private readonly signal?: AbortSignal,
    /** The server's user reads its files and is let in by it; who restores needs to read the vault instead. */
    private readonly as: typeof asServerUser = asServerUser,
  ) {}

  /** @returns everything it said. @throws AgenteError by its exit code and its words. */
  async run(
    command: string,
    options: readonly string[] = [],
    onLine: (line: string) => void = () => undefined,
  ): Promise<string> {
    const { command: program, args } = this.as('pgbackrest', [
      `--config=${this.config}`,
      `--stanza=${stanza}`,
      ...options,
      command,
    ]);
    const child = spawn(program, args, {
      env: childOptions({}).env,
      cwd: this.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stop = (): void => void child.kill('SIGTERM');
    this.signal?.addEventListener('abort', stop, { once: true });
    if (this.signal?.aborted === true) stop();
    const kept: string[] = [];
    let [stdout, stderr] = ['', ''];
    createInterface(child.stdout).on('line', (line) => {
      onLine(line);
      if (/WARN|ERROR|HINT/.test(line)) kept.push(line);
      stdout = `${stdout}${line}\n`.slice(-4 * 1024 * 1024);
    });
    createInterface(child.stderr).on('line', (line) => {
      onLine(line);
      stderr = `${stderr}${line}\n`.slice(-rememberedCharacters);
    });
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    }).finally(() => this.signal?.removeEventListener('abort', stop));
    if (this.signal?.aborted === true) throw cancelled(`pgbackrest ${command}`);
    if (exitCode !== 0) throw pgbackrestFailure(command, { exitCode, said: [...kept.slice(-50), stderr].join('\n') });
    return stdout + stderr;
  }

  /**
   * Makes the repository ready for this cluster; does nothing when it is, for that asks for a lock which the
   * archiving of the server holds most of the time while it is busy.
   */
  async open({ systemIdentifier, major }: Cluster): Promise<void> {
    const current = (await this.backups()).databases.at(-1);
    if (current?.version === major && current['system-id'] === Number(systemIdentifier)) return;
    for (const deadline = Date.now() + lockWaitMs; ;) {
      try {
        await this.run('stanza-create');
        return;
      } catch (error) {
        const isHeld = error instanceof AgenteError && error.code === 'backup-running';
        if (!isHeld || Date.now() > deadline) throw error as Error;
        await pause(100);
      }
    }
  }

  async backups(): Promise<{ backups: BackupInfo[]; databases: DatabaseInfo[] }> {
    const said = await this.run('info', ['--output=json', '--log-level-console=off']);
    const [found] = infoSchema.parse(JSON.parse(said));
    return { backups: found?.backup ?? [], databases: found?.db ?? [] };
  }

  async find(label: string): Promise<BackupInfo> {
    const found = (await this.backups()).backups.find((backup) => backup.label === label);
    if (found !== undefined) return found;
    throw new AgenteError('backup-damaged', `the repository has no backup ${label}`, 'Take a full backup.');
  }
}
