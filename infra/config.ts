import * as pulumi from '@pulumi/pulumi';
import { overlap } from '../components/network-plan';
import { AgenteError } from '../recovery/errors';
import { configKeys, configSchema, type SiteConfig } from './config-schema';
import { databaseFaults } from './database-config';
import { nearest } from '../recovery/nearest';

export type { SiteConfig } from './config-schema';

const namespace = 'agente-dr:';

/** This stack's configuration. @throws AgenteError config-invalid with every fault at once. */
export function loadConfig(): SiteConfig {
  return readConfig(pulumi.runtime.allConfig(), pulumi.getStack());
}

/**
 * @param all every key of the stack with its namespace, structured values as JSON text.
 * @throws AgenteError config-invalid with every fault at once; no value is repeated in it.
 */
export function readConfig(all: Readonly<Record<string, string>>, stack: string): SiteConfig {
  const own = Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) =>
      key.startsWith(namespace) ? [[key.slice(namespace.length), value]] : [],
    ),
  );
  const parsed = configSchema.safeParse(own);
  const faults = [
    ...unknownKeys(Object.keys(own)),
    ...(parsed.success ? contradictions(parsed.data, stack) : valueFaults(parsed.error.issues, own)),
  ];
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new AgenteError(
    'config-invalid',
    `Pulumi.${stack}.yaml has ${faults.length === 1 ? 'a fault' : `${String(faults.length)} faults`}: ${faults.join('; ')}`,
    `Correct Pulumi.${stack}.yaml, or run pulumi config set ${namespace}KEY VALUE --stack ${stack}.`,
  );
}

function unknownKeys(keys: readonly string[]): string[] {
  const known = Object.keys(configKeys);
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = nearest(key, known);
      return `${namespace}${key} is unknown${meant === null ? '' : `, perhaps ${namespace}${meant}`}`;
    });
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function valueFaults(issues: readonly Issue[], own: Readonly<Record<string, string>>): string[] {
  return issues.map(({ path, message }) => {
    const [key = '', ...inside] = path.map(String);
    if (own[key] === undefined) return `${namespace}${key} is missing`;
    return `${[`${namespace}${key}`, ...inside].join('.')}: ${message}`;
  });
}

/** What each key allows and all together do not. */
function contradictions(config: SiteConfig, stack: string): string[] {
  const { site, region, peerRegion, witnessRegion, zones, certificateArn, images, vpcCidr, peerVpcCidr } = config;
  const faults: [boolean, string][] = [
    [site !== stack, `${namespace}site is ${site}, and the stack is ${stack}`],
    [
      new Set([region, peerRegion, witnessRegion]).size < 3,
      `${namespace}region, peerRegion and witnessRegion are not three regions`,
    ],
    [zones.some((zone) => !zone.startsWith(region)), `${namespace}zones are not of ${region}`],
    [new Set(zones).size < zones.length, `${namespace}zones names one twice`],
    [overlap(vpcCidr, peerVpcCidr), `${namespace}vpcCidr and peerVpcCidr overlap`],
    [!certificateArn.startsWith(`arn:aws:acm:${region}:`), `${namespace}certificateArn is not of ${region}`],
    ...Object.entries(images).map(([name, image]): [boolean, string] => [
      !image.includes(`.dkr.ecr.${region}.amazonaws.com/`),
      `${namespace}images.${name} is not in a registry of ${region}`,
    ]),
    [
      config.toolbox === 'build' && site === 'dr',
      `${namespace}toolbox is build: the image is built by primary and copied from there`,
    ],
  ];
  return [...faults.flatMap(([found, fact]) => (found ? [fact] : [])), ...databaseFaults(config)];
}
