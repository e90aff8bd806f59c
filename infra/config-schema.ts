import { z } from 'zod';
import { parseCidr } from '../components/network-plan';
import { fewestRecipients, recipientForm } from '../recovery/recipients';
import { roles, sites } from '../recovery/sites';
import { databaseConfigs, peerGenerations } from './database-config';

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as us-east-1');
const cidr = z.string().superRefine((text, context) => {
  try {
    if (parseCidr(text).prefix > 24) context.addIssue({ code: 'custom', message: 'a block of /24 or larger' });
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});
/** Structured values reach the program as JSON text. */
const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'a structured value, not plain text' });
    return z.NEVER;
  }
});
const image = z.string().regex(/^[^@\s]+@sha256:[0-9a-f]{64}$/, 'an image by digest (REPOSITORY@sha256:…)');
const images = z.strictObject({
  api: image,
  toolbox: image,
  pms: image,
  whatsapp: image,
  prometheus: image,
  grafana: image,
  alertmanager: image,
  valkey: image,
});

/** Who can open the recovery points. A private key in its place would be in the state of the stack: it is not of this form. */
const recipients = z
  .array(z.string().regex(recipientForm, 'a public age key (age1…)'))
  .refine((keys) => new Set(keys).size >= fewestRecipients, {
    message: `at least ${String(fewestRecipients)} different keys, one of which lies offline`,
  });

/** Every key that the program reads, in the namespace `agente-dr:`; a key that is not here is a mistake. */
export const configKeys = {
  /** Which of the two sites this stack is; the stack's name. */
  site: z.enum(sites),
  role: z.enum(roles),
  region,
  peerRegion: region,
  /** Holds nothing but the third witness. */
  witnessRegion: region,
  accountId: z.string().regex(/^\d{12}$/, 'twelve digits, in quotes'),
  /** Availability zones by name: nothing is asked of AWS. */
  zones: json.pipe(z.array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'a zone such as us-east-1a')).length(3)),
  vpcCidr: cidr,
  peerVpcCidr: cidr,
  /** The databases of this site; see database-config.ts. */
  databases: json.pipe(databaseConfigs),
  /** Generations of the other site's databases, which these are replicated with. */
  peerGenerations: json.pipe(peerGenerations),
  cacheClass: z.string().startsWith('cache.'),
  /** @default the version below: one place for both sites */
  postgresVersion: z
    .string()
    .regex(/^\d+\.\d+$/, 'MAJOR.MINOR')
    .default('17.7'),
  /** @default the version below */
  mysqlVersion: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, 'MAJOR.MINOR.PATCH')
    .default('8.4.7'),
  /** @recovery `self-aof` keeps a literal append-only file, and a restart takes as long as reading it */
  cachePersistence: z.enum(['elasticache-durable', 'self-aof']).default('elasticache-durable'),
  domain: z.string().regex(/^([a-z0-9-]+\.)+[a-z0-9-]+$/, 'a domain name'),
  zoneId: z.string().regex(/^Z[A-Z0-9]+$/, "a hosted zone's id (Z…)"),
  /** The same on both sites: DNS carries no port. */
  listenerPort: z.coerce.number().int().min(1).max(65_535).default(443),
  certificateArn: z.string().startsWith('arn:aws:acm:'),
  images: json.pipe(images),
  /** Public age keys that every recovery point is sealed for; each opens it alone. */
  backupRecipients: json.pipe(recipients),
  /** `build` makes the toolbox image here, `digest` takes the one under `images`. */
  toolbox: z.enum(['build', 'digest']).default('digest'),
  /** `SITE:GENERATION` of an active site that is given up on purpose. */
  demote: z.string().nullable().default(null),
} as const;

export const configSchema = z.object(configKeys);
export type SiteConfig = Readonly<z.infer<typeof configSchema>>;
