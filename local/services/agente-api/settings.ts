import * as fs from 'node:fs';
import { z } from 'zod';

const port = z.coerce.number().int().min(1).max(65_535);

const environment = z.object({
  PORT: port.default(8000),
  SITE: z.enum(['primary', 'dr']),
  DATABASE_HOST: z.string().min(1),
  DATABASE_PORT: port,
  DATABASE_NAME: z.string().min(1),
  DATABASE_USER: z.string().min(1),
  DATABASE_PASSWORD: z.string().min(1),
  REDIS_HOST: z.string().min(1),
  REDIS_PORT: port,
  REDIS_PASSWORD: z.string().default(''),
  PGSSLROOTCERT: z.string().default(''),
});

export interface Settings {
  readonly port: number;
  readonly site: 'primary' | 'dr';
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly name: string;
    readonly user: string;
    readonly password: string;
    /** Certificate of the authority that signed the server's; null for the system's own. */
    readonly ca: string | null;
  };
  readonly redis: {
    readonly host: string;
    readonly port: number;
    readonly password: string | null;
  };
}

const certificate = (file: string): string | null => (file === '' ? null : fs.readFileSync(file, 'utf8'));

/** Reads the environment of a task. @throws Error naming every variable that is missing or malformed, never a value. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
    throw new Error(`environment of agente-api: ${faults.join(', ')}`);
  }
  const read = parsed.data;
  return {
    port: read.PORT,
    site: read.SITE,
    database: {
      host: read.DATABASE_HOST,
      port: read.DATABASE_PORT,
      name: read.DATABASE_NAME,
      user: read.DATABASE_USER,
      password: read.DATABASE_PASSWORD,
      ca: certificate(read.PGSSLROOTCERT),
    },
    redis: {
      host: read.REDIS_HOST,
      port: read.REDIS_PORT,
      password: read.REDIS_PASSWORD === '' ? null : read.REDIS_PASSWORD,
    },
  };
}
