import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { RegionRefusal, type Endpoint, type TaskDefinition } from '../api';
import { compiledScript } from '../compiled-script';
import type { RegionContext, Server } from '../supervisor/part';
import { lastLines } from '../supervisor/server';
import { accepts } from './haproxy';

type Container = TaskDefinition['containers'][number];

/** Where a task's `secrets` become values. */
export interface SecretSource {
  resolve(valueFrom: string): string;
}

/** What the images of this project contain, by the last segment of their repository. */
const images: Readonly<Record<string, { readonly program: string; readonly listens: boolean }>> = {
  'agente-api': { program: 'local/services/agente-api', listens: true },
  toolbox: { program: 'scripts/main', listens: false },
};

function programOf(image: string): { program: string; listens: boolean } {
  const repository = image.split('@', 1)[0]?.split('/').at(-1)?.split(':', 1)[0] ?? '';
  const found = images[repository];
  if (found === undefined) throw new RegionRefusal('CannotPullContainerError', `no image ${image} in this region`);
  return found;
}

/** What every task gets, so that the plain SDK and drivers find this region and trust its certificates. */
function regionEnvironment(context: RegionContext): Record<string, string> {
  const { machine, region, address } = context;
  const authority = machine.authorityFile;
  return {
    HOST: address,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_S3: `https://${address}:${String(machine.file.storePort)}`,
    AWS_SHARED_CREDENTIALS_FILE: machine.credentialsFile,
    AWS_EC2_METADATA_DISABLED: 'true',
    NODE_EXTRA_CA_CERTS: authority,
    PGSSLROOTCERT: authority,
    NODE_COMPILE_CACHE: context.folder('task', 'cache'),
  };
}

function onlyContainer(definition: TaskDefinition): Container {
  const [container, ...more] = definition.containers;
  if (container === undefined || more.length > 0) {
    throw new RegionRefusal(
      'ClientException',
      `a task on this machine has one container, ${definition.family} has not`,
    );
  }
  return container;
}

/** One running copy of a task definition: a process, started again when it ends by itself. */
export class Task {
  private constructor(
    readonly name: string,
    readonly definition: string,
    readonly endpoint: Endpoint | null,
    private readonly server: Server,
    private readonly logFile: string,
  ) {}

  /** @throws RegionRefusal for an unknown image or secret; Error with the log's last lines when it does not start. */
  static async start(
    context: RegionContext,
    service: string,
    definition: { arn: string; content: TaskDefinition },
    secrets: SecretSource,
  ): Promise<Task> {
    const container = onlyContainer(definition.content);
    const { program, listens } = programOf(container.image);
    const name = `${service}-${randomBytes(3).toString('hex')}`;
    const endpoint = listens ? { host: context.address, port: await context.freePort() } : null;
    const values = Object.entries(container.secrets).map(([key, from]) => [key, secrets.resolve(from)]);
    const server = await context.start({
      kind: 'task',
      name,
      command: process.execPath,
      args: [compiledScript(program), ...container.command],
      env: {
        ...container.environment,
        ...(Object.fromEntries(values) as Record<string, string>),
        ...regionEnvironment(context),
        ...(endpoint === null ? {} : { PORT: String(endpoint.port) }),
      },
      restart: true,
      ready: () => (endpoint === null ? Promise.resolve(true) : accepts(endpoint.host, endpoint.port)),
    });
    return new Task(name, definition.arn, endpoint, server, path.join(context.dir, 'log', `task-${name}.log`));
  }

  get state(): Server['state'] {
    return this.server.state;
  }
  get pid(): number | null {
    return this.server.pid;
  }
  get lastWords(): string {
    return lastLines(this.logFile);
  }

  /** SIGTERM, and SIGKILL when it does not end within the grace in ms. */
  stop(graceMs: number): Promise<void> {
    return this.server.stop('SIGTERM', graceMs);
  }
}
