import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import type { Endpoint, TaskDefinition } from '../api';
import type { RegionContext, Server } from '../supervisor/part';
import { lastLines } from '../supervisor/server';
import { accepts } from './haproxy';
import { forgetScratch } from './mounts';
import { launchOf, type TaskSources } from './task-launch';

/** One running copy of a service's task definition: a process, started again when it ends by itself. */
export class Task {
  private constructor(
    readonly name: string,
    readonly definition: string,
    readonly endpoint: Endpoint | null,
    /** Where it is registered, or will be; null for a task that nobody is sent to. */
    readonly group: string | null,
    private readonly server: Server,
    private readonly context: RegionContext,
  ) {}

  /** @throws RegionRefusal for what the region has not got; Error with the log's last lines when it does not start. */
  static async start(
    context: RegionContext,
    service: string,
    definition: { arn: string; content: TaskDefinition },
    sources: TaskSources,
    group: string | null,
  ): Promise<Task> {
    const name = `${service}-${randomBytes(3).toString('hex')}`;
    const { endpoint, ...program } = await launchOf(context, name, definition.content, sources);
    const server = await context.start({
      kind: 'task',
      name,
      ...program,
      restart: true,
      ready: () => (endpoint === null ? Promise.resolve(true) : accepts(endpoint.host, endpoint.port)),
    });
    return new Task(name, definition.arn, endpoint, endpoint === null ? null : group, server, context);
  }

  get state(): Server['state'] {
    return this.server.state;
  }
  get pid(): number | null {
    return this.server.pid;
  }
  get lastWords(): string {
    return lastLines(path.join(this.context.dir, 'log', `task-${this.name}.log`));
  }

  /** SIGTERM, and SIGKILL when it does not end within the grace in ms. */
  async stop(graceMs: number): Promise<void> {
    await this.server.stop('SIGTERM', graceMs);
    forgetScratch(this.context, this.name);
  }
}
