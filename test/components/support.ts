import * as pulumi from '@pulumi/pulumi';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';

/** A resource as the program asked for it. */
export interface Asked {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protected: boolean;
  /** Taken away, it is only forgotten. */
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  readonly aliases: readonly unknown[];
  /** What the engine asks before it updates the resource. */
  readonly beforeUpdate: readonly pulumi.ResourceHookFunction[];
  /** Logical name of the provider, or null where a default one would be taken. */
  readonly provider: string | null;
  readonly parent: string | null;
  readonly dependsOn: readonly string[];
}

export const providerOptions = (): { provider: pulumi.ProviderResource } => ({ provider: new MockProvider() });

class MockProvider extends pulumi.ProviderResource {
  constructor() {
    super('aws', 'site', {});
  }
}

// The mock of 3.259 says that it supports hooks, and has no method to register one.
Object.assign(MockMonitor.prototype, {
  registerResourceHook: (_request: unknown, answered: (error: null, response: object) => void) => {
    answered(null, {});
  },
});

const secretMark = '4dabf18193072939515e22adb298388d';

/** Values as they are; the marks of secrets are Pulumi's business. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (secretMark in value && 'value' in value) return plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** What AWS would add to what was asked for, as far as the program reads it. */
function answer({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  return {
    arn: `arn:${name}`,
    arnSuffix: `${name}-suffix`,
    repoDigest: `${name}@sha256:built`,
    keyId: `${name}-key`,
    result: `${name}-result`,
    address: `${name}.host`,
    dnsName: `${name}.elb`,
    zoneId: `${name}-zone`,
    configurationEndpointAddress: `${name}.host`,
    name: `${name}-name`,
    ...(plain(inputs) as Record<string, unknown>),
    ...(type === 'pulumi:pulumi:StackReference' ? { outputs: {}, secretOutputNames: [] } : {}),
  };
}

/** Runs a program without an engine. @returns every resource it asked for, in order of arrival. */
export async function ask(build: () => unknown, stack = 'primary'): Promise<Asked[]> {
  const arrived = new Map<string, Asked>();
  const options = new Map<string, pulumi.ResourceOptions>();
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        arrived.set(args.name + args.type, {
          type: args.type,
          name: args.name,
          inputs: plain(args.inputs) as Record<string, unknown>,
          protected: false,
          retainOnDelete: false,
          ignoreChanges: [],
          aliases: [],
          beforeUpdate: [],
          provider: args.provider?.split('::').at(-2) ?? null,
          parent: null,
          dependsOn: [],
        });
        return { id: `${args.name}-id`, state: answer(args) };
      },
      call: ({ token }) => {
        throw new Error(`the program asks ${token}, which must be answered when a region is gone`);
      },
    },
    'agente-dr',
    stack,
    false,
    'organization',
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ name, type, props, opts }) => {
      options.set(name + type, opts);
      return { props, opts };
    });
    await build();
  });
  await pulumi.runtime.disconnect();
  return Array.from(arrived, ([key, asked]) => withOptions(asked, options.get(key)));
}

function withOptions(asked: Asked, options: pulumi.ResourceOptions | undefined): Asked {
  const needed = [options?.dependsOn ?? []].flat() as pulumi.Resource[];
  return {
    ...asked,
    protected: options?.protect === true,
    retainOnDelete: options !== undefined && 'retainOnDelete' in options && options.retainOnDelete,
    ignoreChanges: options?.ignoreChanges ?? [],
    aliases: options?.aliases ?? [],
    beforeUpdate: (options?.hooks?.beforeUpdate ?? []).flatMap((hook) =>
      hook instanceof pulumi.ResourceHook ? [hook.callback] : [],
    ),
    parent: options?.parent === undefined ? null : nameOf(options.parent),
    dependsOn: needed.map(nameOf),
  };
}

const nameOf = (resource: pulumi.Resource): string =>
  (resource as unknown as { readonly __name?: string }).__name ?? '';

/** The one resource of a type. @throws Error when there is none, or more than one with the name. */
export function only(asked: readonly Asked[], type: string, name?: string): Asked {
  const found = asked.filter((one) => one.type === type && (name === undefined || one.name === name));
  const [first, ...more] = found;
  if (first === undefined || more.length > 0) {
    throw new Error(`${String(found.length)} of ${type}: ${asked.map((one) => `${one.type} ${one.name}`).join(', ')}`);
  }
  return first;
}

/** A JSON document among the inputs. */
export const document = (asked: Asked, property: string): unknown => JSON.parse(String(asked.inputs[property]));
