import { RegionRefusal, type Endpoint, type TaskDefinition, type TaskOverride } from '../api';
import { compiledScript } from '../compiled-script';
import type { RegionContext } from '../supervisor/part';
import { contentsOf, type ImageSource } from './images';
import { secretsUrl } from './secrets-endpoint';
import { mountsOf, mountVariables, relocated, type FileSource } from './mounts';

type Container = TaskDefinition['containers'][number];

/** Where a task's `secrets` become values. */
export interface SecretSource {
  resolve(valueFrom: string): string;
}

/** What tasks are made from; all of it lies in their own region. */
export interface TaskSources {
  readonly secrets: SecretSource;
  readonly images: ImageSource;
  readonly files: FileSource;
}

/** A task as a process: what to start, and where it will listen. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly endpoint: Endpoint | null;
}

const asDefined: TaskOverride = { command: null, environment: {} };

/** What every task gets, so that the plain SDK and drivers find this region and trust its certificates. */
function regionEnvironment(context: RegionContext): Record<string, string> {
  const { machine, region, address } = context;
  const authority = machine.authorityFile;
  return {
    HOST: address,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_S3: `https://${address}:${String(machine.file.storePort)}`,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl(machine, region),
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

/** @throws RegionRefusal for an image, a secret or a file system that the region has not got. */
export async function launchOf(
  context: RegionContext,
  name: string,
  definition: TaskDefinition,
  sources: TaskSources,
  override = asDefined,
): Promise<Launch> {
  const container = onlyContainer(definition);
  const contents = contentsOf(container.image, sources.images);
  const mounts = mountsOf(context, name, definition, sources.files);
  const plain = Object.entries({ ...container.environment, ...override.environment });
  const secret = Object.entries(container.secrets).map(([key, from]) => [key, sources.secrets.resolve(from)]);
  const endpoint = contents.listens ? { host: context.address, port: await context.freePort() } : null;
  return {
    command: process.execPath,
    args: [
      compiledScript(contents.program),
      ...(override.command ?? container.command).map((word) => relocated(word, mounts)),
    ],
    env: {
      ...Object.fromEntries(plain.map(([key, value]) => [key, relocated(value, mounts)])),
      ...(Object.fromEntries(secret) as Record<string, string>),
      ...mountVariables(mounts),
      ...regionEnvironment(context),
      ...(endpoint === null ? {} : { PORT: String(endpoint.port) }),
    },
    endpoint,
  };
}
