import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RegionCalls, RegionStatus, RunState } from '../api';
import type { Exit, RegionContext, Server } from '../supervisor/part';
import { forgetScratch } from './mounts';
import type { TaskDefinitions } from './task-definitions';
import { launchOf, type TaskSources } from './task-launch';

/** Runs that the region remembers, with their logs; ECS forgets a stopped task after an hour. */
const remembered = 200;

const stopGraceMs = 5_000;

/** One-off tasks: each ends by itself, and what it ended with is kept. */
export class Runs {
  private records: readonly RunState[];
  private readonly running = new Map<string, Server>();

  constructor(
    private readonly context: RegionContext,
    private readonly definitions: TaskDefinitions,
    private readonly sources: TaskSources,
  ) {
    this.records = context.load<RunState[]>('runs', []);
  }

  /** Tasks die with the supervisor of their region, as they do with their host. */
  closeInterrupted(): void {
    for (const { arn, stoppedAt } of this.records) {
      if (stoppedAt === null) this.close(arn, null, 'Host terminated: the supervisor of the region ended');
    }
  }

  /** @throws RegionRefusal ClientException for a definition that is not there; what fails later is in the record. */
  start({ cluster, taskDefinition, override, startedBy }: RegionCalls['runTask']['params']): string {
    const definition = this.definitions.get(taskDefinition);
    const name = `${definition.family}-${randomBytes(4).toString('hex')}`;
    const place = `${cluster.split('/').at(-1) ?? cluster}/${name}`;
    const arn = `arn:aws:ecs:${this.context.region}:${this.context.machine.file.accountId}:task/${place}`;
    const logFile = path.join(this.context.dir, 'log', `run-${name}.log`);
    const opened = { startedAt: new Date().toISOString(), stoppedAt: null, exitCode: null, stoppedReason: null };
    this.keep([...this.records, { arn, taskDefinition, startedBy, ...opened, logFile }]);
    launchOf(this.context, name, definition, this.sources, override)
      .then(({ endpoint: _endpoint, ...program }) => this.run(arn, name, program))
      .catch((error: unknown) => {
        this.close(arn, null, error instanceof Error ? `${codeOf(error)}${error.message}` : String(error));
      });
    return arn;
  }

  find(arn: string): RunState | null {
    return this.records.find((record) => record.arn === arn) ?? null;
  }

  status(): RegionStatus['parts'] {
    return [...this.running].map(([arn, server]) => ({
      kind: 'task',
      name: arn.split('/').at(-1) ?? arn,
      state: server.state,
      pid: server.pid,
      detail: `one-off, started by ${this.find(arn)?.startedBy ?? 'nobody'}`,
    }));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map((server) => server.stop('SIGTERM', stopGraceMs)));
  }

  private async run(
    arn: string,
    name: string,
    program: { command: string; args: readonly string[]; env: Readonly<Record<string, string>> },
  ): Promise<void> {
    const ready = () => Promise.resolve(true);
    const server = await this.context.start({ kind: 'run', name, ...program, restart: false, ready });
    this.running.set(arn, server);
    const exit = await server.untilEnded();
    this.running.delete(arn);
    forgetScratch(this.context, name);
    this.close(arn, codeIn(exit), 'Essential container in task exited');
  }

  private close(arn: string, exitCode: number | null, stoppedReason: string): void {
    const stoppedAt = new Date().toISOString();
    this.keep(
      this.records.map((record) => (record.arn === arn ? { ...record, stoppedAt, exitCode, stoppedReason } : record)),
    );
  }

  private keep(records: readonly RunState[]): void {
    for (const { logFile } of records.slice(0, -remembered)) fs.rmSync(logFile, { force: true });
    this.records = records.slice(-remembered);
    this.context.save('runs', this.records);
  }
}

/** As a container runtime says it: a signal is 128 and its number. */
function codeIn({ code, signal }: Exit): number | null {
  if (signal === null) return code;
  return signal === 'SIGKILL' ? 137 : signal === 'SIGTERM' ? 143 : 128;
}

function codeOf(error: Error): string {
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? `${code}: ` : '';
}
