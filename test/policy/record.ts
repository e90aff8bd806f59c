import * as pulumi from '@pulumi/pulumi';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';
import type { ReadResourceRequest, RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';

/** A resource as a program asked for it and an engine would tell a policy pack of it. */
export interface Recorded {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly parent: string;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  /** URN of the provider; empty where a default one would be taken. */
  readonly provider: string;
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

const requests = new Map<string, Recorded>();

interface Patched {
  registerResource: Call<RegisterResourceRequest>;
  readResource: Call<ReadResourceRequest>;
}
type Call<Request> = (request: Request, answered: Answer) => unknown;
type Answer = (error: Error | null, response?: { getUrn: () => string }) => void;

// What a mock is told leaves out all that joins resources; the request has it.
const prototype = MockMonitor.prototype as unknown as Patched;
const { registerResource, readResource } = prototype;

const noting =
  (answered: Answer, note: (urn: string) => Recorded): Answer =>
  (error, response) => {
    if (response !== undefined) requests.set(response.getUrn(), note(response.getUrn()));
    answered(error, response);
  };

prototype.registerResource = function (this: unknown, request, answered) {
  return registerResource.call(
    this,
    request,
    noting(answered, (urn) => recorded(urn, request)),
  );
};

prototype.readResource = function (this: unknown, request, answered) {
  return readResource.call(
    this,
    request,
    noting(answered, (urn) => read(urn, request)),
  );
};

const secretMark = '4dabf18193072939515e22adb298388d';

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (secretMark in value && 'value' in value) return plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const objectOf = (struct: { toJavaScript: () => object } | undefined): Record<string, unknown> =>
  plain(struct?.toJavaScript() ?? {}) as Record<string, unknown>;

const urnOf = (reference: string): string => reference.split('::').slice(0, -1).join('::');

function recorded(urn: string, request: RegisterResourceRequest): Recorded {
  const sources = [...request.getPropertydependenciesMap().entries()].map(
    ([property, found]) => [property, found.getUrnsList()] as const,
  );
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    inputs: objectOf(request.getObject()),
    parent: request.getParent(),
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    provider: urnOf(request.getProvider()),
    sources: Object.fromEntries(sources.filter(([, urns]) => urns.length > 0)),
  };
}

function read(urn: string, request: ReadResourceRequest): Recorded {
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    inputs: objectOf(request.getProperties()),
    parent: request.getParent(),
    protect: false,
    ignoreChanges: [],
    provider: urnOf(request.getProvider()),
    sources: {},
  };
}

/**
 * Runs a program without an engine.
 * @param unknowns as in a preview: what a resource is only told by AWS is not known yet
 */
export async function record(program: () => unknown, stack: string, unknowns: boolean): Promise<Recorded[]> {
  requests.clear();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const state = plain(inputs) as Record<string, unknown>;
        if (unknowns && !type.startsWith('pulumi:')) return { id: undefined, state };
        const outputs = type === 'pulumi:pulumi:StackReference' ? { outputs: {}, secretOutputNames: [] } : {};
        return {
          id: `${name}-id`,
          state: { arn: `arn:aws:made:us-east-1:123456789012:${name}`, name: `${name}-name`, ...state, ...outputs },
        };
      },
      call: ({ token }) => {
        throw new Error(`the program asks ${token}`);
      },
    },
    'agente-dr',
    stack,
    unknowns,
    'organization',
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    await program();
  });
  await pulumi.runtime.disconnect();
  return [...requests.values()];
}
