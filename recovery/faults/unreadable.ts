import type { Fault, FaultCode, Fix, Json, Path } from '../fault';
import { nearest } from '../nearest';

interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
}

interface NamedRow {
  readonly name: string;
  readonly path: Path;
}

const nameOfResource = /^[a-z][a-z0-9-]{0,40}$/;

/** What stands for a value that nobody can read, by its key: the strictest, or the one that promises least. */
const standIns: Readonly<Record<string, Json>> = {
  tier: 1,
  tiers: [1],
  engine: 'files',
  size: { gib: 1, gibPerMonth: 0 },
  gib: 1,
  gibPerMonth: 0,
  protection: null,
  recovery: null,
  noticedWithin: null,
  needs: null,
  also: [],
  with: null,
  offSite: null,
  loss: null,
  by: null,
  kind: 'snapshot',
  mechanism: 'logical-dump',
  reads: 'logical-dump',
  taken: { every: '24h' },
  shipped: 'when-full',
  schedule: '0 * * * *',
  where: 'region',
  metric: 'backup-age',
  role: 'backup',
  disruption: 'data',
  part: 'restore',
  command: ['backup.sh'],
  title: 'untitled',
  why: 'nobody has said',
};
const lengths = ['keep', 'window', 'every', 'delay', 'maxLag', 'budget', 'rto', 'rpo', 'sustained', 'threshold'];

/** The words of a row, to tell what a misspelt one was meant to be. */
const words = [...Object.keys(standIns), ...lengths, 'from', 'base', 'dataset', 'steps', 'objective', 'threshold'];

/** Faults of a table that is not written as one. */
export const unreadable = { unknownKey, missingTable, noTable, names, issue };

function unknownKey(path: Path, known: readonly string[]): Fault {
  const key = String(path.at(-1));
  const meant = nearest(key, known);
  const fact = `${key} is not a key here${meant === null ? '' : `, perhaps ${meant} was meant`}`;
  return fault('key-unknown', path, fact, key, meant ?? 'a key of this table', {
    text: meant === null ? `take ${key} away` : `take ${key} away, and write ${meant}`,
    changes: [{ path, remove: true }],
  });
}

function missingTable(path: Path): Fault {
  return fault('value-invalid', path, 'the table has no datasets', 'nothing', 'rows by name', set(path, {}));
}

/** A table that is there and holds no rows, not even none: read as empty it would promise nothing and be kept. */
function noTable(path: Path, value: unknown): Fault {
  const given = describe(value);
  return fault('value-invalid', path, `${given} is not rows by name`, given, 'rows by name, or a list', set(path, {}));
}

/** Two rows of one name, and names that no resource can have. */
function names(rows: readonly NamedRow[]): Fault[] {
  const taken = new Set<string>();
  return rows.flatMap(({ name, path }) => {
    if (!nameOfResource.test(name)) return [nameFault('name-invalid', name, path, rows)];
    if (taken.has(name)) return [nameFault('name-taken', name, path, rows)];
    taken.add(name);
    return [];
  });
}

function nameFault(code: FaultCode, name: string, path: Path, rows: readonly NamedRow[]): Fault {
  const stem =
    name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^[^a-z]+/, '')
      .slice(0, 32) || 'row';
  const free = Array.from({ length: rows.length + 1 }, (_, index) =>
    index === 0 ? stem : `${stem}-${index + 1}`,
  ).find((candidate) => rows.every((row) => row.name !== candidate));
  const listed = typeof path.at(-1) === 'number';
  const fact = code === 'name-taken' ? `another row is called ${name} too` : `"${name}" cannot be a resource's name`;
  const fix: Fix = listed
    ? set([...path, 'name'], free ?? stem)
    : { text: `take the row away, and write it under ${free ?? stem}`, changes: [{ path, remove: true }] };
  return fault(code, listed ? [...path, 'name'] : path, fact, name, 'a name of its own in a-z, 0-9 and -', fix);
}

/** What a schema says of a row. */
function issue(found: Issue, row: Path, value: unknown): Fault[] {
  const path: Path = [...row, ...found.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (found.code === 'unrecognized_keys') return (found.keys ?? []).map((key) => unknownKey([...path, key], words));
  const key = [...path].reverse().find((part) => typeof part === 'string') ?? '';
  const there = found.path.reduce<unknown>(inside, value);
  const given = describe(there);
  const choices = choicesOf(found);
  const must = choices.length > 0 ? `one of ${choices.join(', ')}` : inWords(found.message);
  const meant = nearest(given, choices);
  const fact = there === undefined ? `it is missing, and must be ${must}` : `${given} is not ${must}`;
  return [fault(codeOf(key), path, fact, given, must, fixOf(path, row, key, meant, value))];
}

/** What may be written there, where that is a list; of a union zod tells it in its message alone. */
function choicesOf({ values, message }: Issue): string[] {
  if (values !== undefined) return values.map(String);
  return /^Invalid discriminator value/.test(message)
    ? [...message.matchAll(/'([^']+)'/g)].map((word) => word[1] ?? '')
    : [];
}

/** Zod's message as the end of "it must be …". */
function inWords(message: string): string {
  const type = /^Invalid input: expected (\w+)/.exec(message)?.[1];
  if (type === undefined) return message.replace(/^expected /, '');
  return type === 'array' ? 'a list' : type === 'object' ? 'an object' : `a ${type}`;
}

function codeOf(key: string | number): FaultCode {
  if (key === 'tier' || key === 'tiers') return 'tier-unknown';
  return key === 'schedule' ? 'schedule-invalid' : 'value-invalid';
}

function fixOf(path: Path, row: Path, key: string | number, meant: string | null, value: unknown): Fix {
  const listed = typeof path.at(-1) === 'number';
  if (meant !== null && !Number.isFinite(Number(meant))) return set(path, meant);
  if (path.length > row.length && typeof value === 'object' && value !== null) {
    const standIn = lengths.includes(String(key)) ? '1h' : standIns[key];
    if (standIn !== undefined && !listed) return set(path, standIn);
    if (key === 'tiers' && listed) return set(path, 1);
  }
  return { text: `take ${row.join('.')} away, or write it again`, changes: [{ path: row, remove: true }] };
}

function set(path: Path, value: Json): Fix {
  return { text: `set ${path.join('.')} to ${JSON.stringify(value)}`, changes: [{ path, value }] };
}

function inside(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

/** What is there, in a word: a table may hold anything. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function fault(code: FaultCode, path: Path, fact: string, is: string, must: string, fix: Fix): Fault {
  return { code, path, fact, is, must, fix };
}
