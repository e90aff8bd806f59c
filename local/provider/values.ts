/** What travels between the engine and a provider: JSON, with secrets and unknowns as marked values. */
export type Value = null | boolean | number | string | readonly Value[] | Properties;
export interface Properties {
  readonly [key: string]: Value;
}

/** The engine's mark on a wrapped value, and the mark's value for a secret (sdk/go/common/resource/sig). */
const markKey = '4dabf18193072939515e22adb298388d';
const secretMark = '1b47061264138c4ac30d75fd1eb44270';

/** What a value is in a preview that only the update will know (plugin.UnknownStringValue). */
export const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export function isObject(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isSecret(value: Value | undefined): value is Properties {
  return isObject(value) && value[markKey] === secretMark;
}

export function secret(value: Value): Properties {
  return isSecret(value) ? value : { [markKey]: secretMark, value };
}

/** The value without the marks of secrets, at any depth. */
export function reveal(value: Value): Value {
  if (isSecret(value)) return reveal(value['value'] ?? null);
  if (isList(value)) return value.map(reveal);
  if (isObject(value)) return revealAll(value);
  return value;
}

export function revealAll(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, reveal(value)]));
}

/** Does the value hold anything that only the update will know? */
export function isUnknown(value: Value | undefined): boolean {
  if (value === unknown) return true;
  if (value === undefined || value === null || typeof value !== 'object') return false;
  return Object.values(value).some(isUnknown);
}

export function without(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !names.includes(key)));
}

/** What is special about a value that is compared. */
interface Comparison {
  /** A JSON document says what it says, however it is laid out. */
  readonly isDocument?: boolean;
  /** Paths inside the value of lists whose order counts. */
  readonly ordered?: readonly string[];
}

/**
 * The value in a form in which equal things are equal texts: sorted keys, and lists sorted too, because
 * nearly every list of AWS is a set.
 */
export function canonical(value: Value, { isDocument = false, ordered = [] }: Comparison = {}): string {
  return JSON.stringify(sorted(isDocument ? parsed(reveal(value)) : reveal(value), ordered, ''));
}

function parsed(value: Value): Value {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return value;
  }
}

function sorted(value: Value, ordered: readonly string[], path: string): Value {
  if (isList(value)) {
    const items = value.map((item) => sorted(item, ordered, path));
    return ordered.includes(path) ? items : inOneOrder(items);
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null, ordered, path === '' ? key : `${path}.${key}`)]),
  );
}

function inOneOrder(items: readonly Value[]): Value {
  return items
    .map((item) => ({ item, text: JSON.stringify(item) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item);
}
