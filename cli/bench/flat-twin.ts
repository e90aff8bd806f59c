import { z } from 'zod';

/** Marks a secret in an exported state (pulumi sdk, common/resource: SigKey and SecretSig). */
const signatureKey = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';

const stateResource = z.looseObject({
  urn: z.string(),
  custom: z.boolean(),
  type: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  provider: z.string().optional(),
  protect: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
});
type StateResource = z.infer<typeof stateResource>;

const exported = z.looseObject({
  version: z.number(),
  deployment: z.looseObject({ resources: z.array(stateResource) }),
});

/** The raw tool's way to the same cloud: one file, no components, and the state that it would have. */
export interface FlatTwin {
  /** TypeScript of the program, by the classes of the official SDKs, as anybody would write it. Holds secrets. */
  readonly program: string;
  /** The same by bare registrations: what is left when not even an SDK is loaded. Holds secrets. */
  readonly bareProgram: string;
  /** Deployment for `pulumi stack import`. Holds secrets. */
  readonly state: unknown;
  /** Resources that the twin registers, providers included. */
  readonly resources: number;
}

/**
 * Makes the twin of a stack from `pulumi stack export --show-secrets`.
 *
 * @param stack name of the twin's own stack
 * @throws ZodError when the export has another shape than that of pulumi 3.
 */
export function flatTwin(stateExport: unknown, project: string, stack: string): FlatTwin {
  const parsed = exported.parse(stateExport);
  const kept = parsed.deployment.resources.filter((resource) => isStack(resource) || isCloudThing(resource));
  const urns = flatUrns(kept, project, stack);
  const registered = kept.filter((resource) => !isStack(resource) && !isDefaultProvider(resource));
  return {
    program: programOf(registered, kept, urns, sdkClass),
    bareProgram: programOf(registered, kept, urns, bareRegistration),
    state: {
      ...parsed,
      deployment: { ...parsed.deployment, resources: kept.map((resource) => flatState(resource, urns)) },
    },
    resources: registered.length,
  };
}

/** Components are ours; a reference to a stack's own outputs is how our program guards its role. The raw tool has neither. */
const isCloudThing = (resource: StateResource): boolean =>
  resource.custom && resource.type !== 'pulumi:pulumi:StackReference';
const isStack = (resource: StateResource): boolean => resource.type === 'pulumi:pulumi:Stack';
const isProvider = (resource: StateResource): boolean => resource.type.startsWith('pulumi:providers:');
const isDefaultProvider = (resource: StateResource): boolean =>
  isProvider(resource) && (resource.urn.split('::').at(-1) ?? '').startsWith('default');

/** New URN for every old one: without parents, and with a number where two names then meet. */
function flatUrns(resources: readonly StateResource[], project: string, stack: string): Map<string, string> {
  const taken = new Set<string>();
  const urns = new Map<string, string>();
  for (const resource of resources) {
    const name = isStack(resource) ? `${project}-${stack}` : resource.urn.split('::').slice(3).join('::');
    let urn = `urn:pulumi:${stack}::${project}::${resource.type}::${name}`;
    for (let copy = 2; taken.has(urn); copy += 1)
      urn = `urn:pulumi:${stack}::${project}::${resource.type}::${name}-${String(copy)}`;
    taken.add(urn);
    urns.set(resource.urn, urn);
  }
  return urns;
}

/** What a resource of the twin's state looks like: the same thing, registered below the stack. */
function flatState(resource: StateResource, urns: ReadonlyMap<string, string>): unknown {
  const stackUrn = [...urns.values()].find((urn) => urn.includes('::pulumi:pulumi:Stack::'));
  // Dependencies say in which order things are made; a preview without changes makes nothing.
  const {
    parent: _parent,
    dependencies: _order,
    propertyDependencies: _properties,
    aliases: _aliases,
    ...rest
  } = resource;
  const provider = resource.provider === undefined ? {} : { provider: renamedProvider(resource.provider, urns) };
  if (isStack(resource)) return { ...rest, outputs: {}, urn: stackUrn };
  return { ...rest, ...provider, parent: stackUrn, urn: urns.get(resource.urn) };
}

/** A reference to a provider is its URN, `::` and its id. */
function renamedProvider(reference: string, urns: ReadonlyMap<string, string>): string {
  const cut = reference.lastIndexOf('::');
  return (urns.get(reference.slice(0, cut)) ?? reference.slice(0, cut)) + reference.slice(cut);
}

function programOf(
  registered: readonly StateResource[],
  all: readonly StateResource[],
  urns: ReadonlyMap<string, string>,
  creation: (type: string, name: string) => string,
): string {
  const variables = new Map(
    registered.filter(isProvider).map((provider, index) => [provider.urn, `provider${String(index)}`]),
  );
  const versions = new Map(all.filter(isProvider).map((provider) => [provider.urn, provider.inputs?.['version']]));
  const lines = registered.map((resource) => {
    const name = JSON.stringify(urns.get(resource.urn)?.split('::').slice(3).join('::'));
    if (isProvider(resource)) return providerLine(resource, name, variables.get(resource.urn) ?? '');
    const provider = resource.provider?.slice(0, resource.provider.lastIndexOf('::')) ?? '';
    const options = optionsOf(resource, variables.get(provider), versions.get(provider));
    return `${creation(resource.type, name)}, ${literal(resource.inputs ?? {})}, ${options});`;
  });
  const packages = creation === sdkClass ? [...new Set(registered.map(packageOf))] : [];
  const imports = ['pulumi', ...packages].map((name) => `import * as ${name} from '@pulumi/${name}';`);
  return `${imports.join('\n')}\n\n${lines.join('\n')}\n`;
}

/** `aws:ec2/vpc:Vpc` and `pulumi:providers:aws` are both of package aws. */
const packageOf = (resource: StateResource): string => resource.type.split(':')[isProvider(resource) ? 2 : 0] ?? '';

/** `aws:ec2/vpc:Vpc` is `aws.ec2.Vpc`; what lies in a package's index has no module. */
function sdkClass(type: string, name: string): string {
  const [pkg = '', module = '', kind = ''] = type.split(':');
  const folder = module.split('/')[0] ?? '';
  return `new ${[pkg, ...(folder === 'index' ? [] : [folder]), kind].join('.')}(${name}`;
}

function bareRegistration(type: string, name: string): string {
  return `new pulumi.CustomResource(${JSON.stringify(type)}, ${name}`;
}

function providerLine(resource: StateResource, name: string, variable: string): string {
  const { version, ...inputs } = resource.inputs ?? {};
  const options = version === undefined ? '{}' : JSON.stringify({ version });
  const kind = JSON.stringify(resource.type.slice('pulumi:providers:'.length));
  return `const ${variable} = new pulumi.ProviderResource(${kind}, ${name}, ${literal(inputs)}, ${options});`;
}

function optionsOf(resource: StateResource, variable: string | undefined, version: unknown): string {
  const options = [
    ...(variable === undefined ? [`version: ${JSON.stringify(version)}`] : [`provider: ${variable}`]),
    ...(resource.protect === true ? ['protect: true'] : []),
    ...(resource.retainOnDelete === true ? ['retainOnDelete: true'] : []),
  ];
  return `{ ${options.join(', ')} }`;
}

/** A value of the state as an expression; secrets come out as `pulumi.secret(…)`. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  const held = new Map(entries);
  if (held.get(signatureKey) === secretSignature) return `pulumi.secret(${String(held.get('plaintext'))})`;
  // Defaults that the provider filled in are noted under this key; they are no input of a program.
  const own = entries.filter(([key]) => key !== '__defaults');
  return `{ ${own.map(([key, inner]) => `${JSON.stringify(key)}: ${literal(inner)}`).join(', ')} }`;
}
