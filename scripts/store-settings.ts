import * as fs from 'node:fs';
import { z } from 'zod';
import type { CacheSettings } from './cache-client';

export const portVariable = z.coerce.number().int().min(1).max(65_535);

/** Variables by which every task is told of the stores of its site (components' task definitions set them). */
export const storeVariables = {
  DATABASE_HOST: z.string().min(1),
  DATABASE_PORT: portVariable,
  DATABASE_NAME: z.string().min(1),
  DATABASE_USER: z.string().min(1),
  DATABASE_PASSWORD: z.string().min(1),
  REDIS_HOST: z.string().min(1),
  REDIS_PORT: portVariable,
  REDIS_PASSWORD: z.string().default(''),
  PGSSLROOTCERT: z.string().default(''),
} as const;

/** Those of the PMS's database, for a task that knows it; absent where the site has none. */
export const pmsVariables = {
  PMS_DATABASE_HOST: z.string().min(1).optional(),
  PMS_DATABASE_PORT: portVariable.default(3306),
  PMS_DATABASE_NAME: z.string().default(''),
  PMS_DATABASE_USER: z.string().default(''),
  PMS_DATABASE_PASSWORD: z.string().default(''),
} as const;

type StoreVariables = z.infer<z.ZodObject<typeof storeVariables>>;

export interface DatabaseSettings {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
  /** Certificate of the authority that signed the server's; null for the system's own. */
  readonly ca: string | null;
}

export interface StoreSettings {
  readonly database: DatabaseSettings;
  readonly cache: CacheSettings;
}

/**
 * Certificate of the authority that signed the databases'; null for the system's own.
 * @throws Error of the file system when it cannot be read.
 */
export function certificateIn({ PGSSLROOTCERT: file }: Pick<StoreVariables, 'PGSSLROOTCERT'>): string | null {
  return file === '' ? null : fs.readFileSync(file, 'utf8');
}

/** @throws Error of the file system when the certificate cannot be read. */
export function storesIn(read: StoreVariables): StoreSettings {
  return {
    database: {
      host: read.DATABASE_HOST,
      port: read.DATABASE_PORT,
      name: read.DATABASE_NAME,
      user: read.DATABASE_USER,
      password: read.DATABASE_PASSWORD,
      ca: certificateIn(read),
    },
    cache: {
      host: read.REDIS_HOST,
      port: read.REDIS_PORT,
      password: read.REDIS_PASSWORD === '' ? null : read.REDIS_PASSWORD,
    },
  };
}
