import type { Change, Fix, Json, Path } from './fault';

/** A table as JSON has it: what a fix is applied to. */
export function asJson(table: unknown): Json {
  return JSON.parse(JSON.stringify(table)) as Json;
}

/** The table with the changes of a fix; the one that was given stays as it is. */
export function applyFix(table: Json, fix: Fix): Json {
  return fix.changes.reduce<Json>((changed, change) => apply(changed, change.path, change), table);
}

function apply(node: Json, path: Path, change: Change): Json {
  const [key, ...rest] = path;
  if (key === undefined) return 'value' in change ? change.value : null;
  if (isList(node)) return applyToList(node, key, rest, change);
  const fields = typeof node === 'object' && node !== null ? node : {};
  const name = String(key);
  const others = Object.entries(fields).filter(([field]) => field !== name);
  if (rest.length === 0 && 'remove' in change) return Object.fromEntries(others);
  const value = apply(Object.hasOwn(fields, name) ? (fields[name] ?? null) : null, rest, change);
  // A changed field keeps its place, so that a corrected table can be read beside the old one.
  const entries = Object.hasOwn(fields, name)
    ? Object.entries(fields).map(([field, old]): [string, Json] => [field, field === name ? value : old])
    : [...others, [name, value] as [string, Json]];
  return Object.fromEntries(entries);
}

function applyToList(list: readonly Json[], key: string | number, rest: Path, change: Change): Json {
  // A row that is new in a list of rows takes its name along.
  if (typeof key === 'string') return [...list, { name: key, ...asRow(apply(null, rest, change)) }];
  if (rest.length === 0 && 'remove' in change) return list.filter((_, index) => index !== key);
  const value = apply(list[key] ?? null, rest, change);
  return key < list.length ? list.map((old, index) => (index === key ? value : old)) : [...list, value];
}

function asRow(value: Json): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}

export function isList(node: Json): node is readonly Json[] {
  return Array.isArray(node);
}
