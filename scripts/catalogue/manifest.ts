import { z } from 'zod';
import { AgenteError } from '../../recovery/errors';

export const manifestVersion = 1;

const text = z.string().min(1);
const instant = z.iso.datetime();
const bytes = z.int().nonnegative();

/** Whole state, changes since the parent, or a piece of a log of changes. */
export const pointKinds = ['full', 'incremental', 'log'] as const;
export type PointKind = (typeof pointKinds)[number];

export const pointEngines = ['postgres', 'mysql', 'redis', 'secrets', 'files'] as const;
export type PointEngine = (typeof pointEngines)[number];

const storedFile = z.strictObject({
  /** Key in the vault, below the lineage's folder. */
  path: text,
  size: bytes,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * What there is to know of a recovery point. It is written last, so a point that is listed is whole; the
 * expected counts of its contents stand elsewhere (census.ts), because a manifest cannot vouch for itself.
 */
export const manifestSchema = z.strictObject({
  version: z.literal(manifestVersion),
  /** Sorts by time: `20261128T031502Z-full-3fa2`. */
  id: z.string().regex(/^\d{8}T\d{6}Z-(?:full|incremental|log)-[0-9a-f]{4}$/),
  dataset: text,
  lineage: text,
  engine: z.enum(pointEngines),
  /** The tool's own name for how it was made: `pgbackrest`, `pg_dump`, `mariadb-backup`, `rdb`, `aof`, `age`. */
  method: text,
  kind: z.enum(pointKinds),
  /** The point without which this one cannot be restored; null when it stands alone. */
  parent: z.string().nullable(),
  startedAt: instant,
  endedAt: instant,
  /** Whose state it is: what tells two servers with one name apart. */
  source: z.strictObject({ identity: text, host: text, serverVersion: text }),
  /** The engine's own coordinates: LSN, WAL segment, time line; binlog file, position, GTID; replication offset. */
  positions: z.record(z.string(), z.string()),
  /** Instants that this point and its parents restore to, logs that came later not counted. */
  restorable: z.strictObject({ from: instant, to: instant }),
  files: z.array(storedFile),
  /** Bytes of the state itself, and of what is stored. */
  size: z.strictObject({ data: bytes, stored: bytes }),
  tools: z.record(z.string(), z.string()),
  encryption: z.strictObject({
    method: z.enum(['age', 'aes-256-cbc']),
    /** Public: who can open it (age), or which sealed key opens it. */
    keys: z.array(text).min(1),
  }),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type StoredFile = Manifest['files'][number];

/** @throws AgenteError manifest-invalid with every path that is wrong; a newer version is refused, never guessed at. */
export function parseManifest(content: string, where: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw invalid(where, 'it is not whole JSON', error);
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw invalid(where, faults.join('; '));
}

function invalid(where: string, why: string, cause?: unknown): AgenteError {
  return new AgenteError(
    'manifest-invalid',
    `the manifest ${where} is not one: ${why}`,
    'Restore from another recovery point (agente-dr catalog list), and find out who changed this one.',
    { cause },
  );
}
