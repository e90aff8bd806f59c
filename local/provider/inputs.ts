import { createHash } from 'node:crypto';
import type { Subject } from './provider';
import type { TypeRow } from './tables/row';
import { isObject, reveal, secret, type Properties, type Value } from './values';

const lowercase = /^aws:(s3|rds|elasticache)\//;

/** Names that must begin so. */
const prefixes: Readonly<Record<string, string>> = { 'aws:kms/alias:Alias': 'alias/' };

/** The logical name and seven digits, as the official provider names what the program does not. */
function ownName(subject: Subject, max: number, seed: Uint8Array): string {
  const digits = createHash('sha256').update(seed).digest('hex').slice(0, 7);
  const name = `${prefixes[subject.type] ?? ''}${subject.name}`.slice(0, max - digits.length - 1);
  const full = `${name}-${digits}`;
  return lowercase.test(subject.type) ? full.toLowerCase() : full;
}

function named(row: TypeRow, subject: Subject, before: Properties, inputs: Properties, seed: Uint8Array): Properties {
  if (row.name === null) return {};
  const { property, max } = row.name;
  const prefix = `${property}Prefix`;
  if (inputs[property] !== undefined || inputs[prefix] !== undefined) return {};
  return { [property]: before[property] ?? ownName(subject, max, seed), __defaults: [property] };
}

function tagged(row: TypeRow, inputs: Properties, defaultTags: Properties): Properties {
  if (!row.computed.includes('tagsAll')) return {};
  const own = reveal(inputs['tags'] ?? {});
  // Tags that are unknown as a whole stay so.
  if (!isObject(own)) return {};
  const tags = { ...defaultTags, ...own };
  return Object.keys(tags).length === 0 ? {} : { tags };
}

function marked(row: TypeRow, inputs: Properties): Properties {
  const present = [...row.secret, ...row.writeOnly].filter(
    (name) => inputs[name] !== undefined && inputs[name] !== null,
  );
  return Object.fromEntries(present.map((name): [string, Value] => [name, secret(inputs[name] ?? null)]));
}

/** Inputs with what the provider adds: a name, the default tags, the marks of what is secret by its nature. */
export function completed(
  row: TypeRow,
  subject: Subject,
  before: Properties,
  inputs: Properties,
  context: { readonly defaultTags: Properties; readonly seed: Uint8Array },
): Properties {
  return {
    ...inputs,
    ...named(row, subject, before, inputs, context.seed),
    ...tagged(row, inputs, context.defaultTags),
    ...marked(row, inputs),
  };
}
