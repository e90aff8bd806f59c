import { isObject, reveal, unknown, type Properties, type Value } from '../values';

/** What is wrong with a value beside the other inputs of its resource or block; null when nothing is. */
export type Rule = (value: Value, inputs: Properties) => string | null;
export type Rules = Readonly<Record<string, Rule>>;
/** By type; each property that has a rule, with it. */
export type RuleTable = Readonly<Record<string, Rules>>;

export const wholeNumber =
  (least: number, most: number): Rule =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? null
      : `must be a whole number from ${String(least)} to ${String(most)}, got ${JSON.stringify(value)}`;

export const oneOf =
  (...allowed: readonly (number | string)[]): Rule =>
  (value) =>
    allowed.some((item) => item === value)
      ? null
      : `must be one of ${allowed.join(', ')}, got ${JSON.stringify(value)}`;

export const text =
  (pattern: RegExp, what: string): Rule =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? null : `must be ${what}, got ${JSON.stringify(value)}`;

/** Says what is wrong without the value. */
export const secretText =
  (least: number, most: number): Rule =>
  (value) =>
    typeof value === 'string' && value.length >= least && value.length <= most
      ? null
      : `must have ${String(least)} to ${String(most)} characters`;

/** Given, though it may be known only later. A switch that is off is not given. */
export function isGiven(inputs: Properties, name: string): boolean {
  const value = reveal(inputs[name] ?? null);
  return value !== null && value !== false;
}

/** The value, or undefined while it is not given or not known. */
export function known(inputs: Properties, name: string): Value | undefined {
  const value = reveal(inputs[name] ?? null);
  return value === null || value === unknown ? undefined : value;
}

/** A text, or a number or switch as one; empty for anything else. */
export function plain(value: Value | undefined): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** What a JSON document says; undefined when it is none. */
export function documentIn(value: Value): Value | undefined {
  try {
    return JSON.parse(plain(value)) as Value;
  } catch {
    return undefined;
  }
}

/** The value as a number; null when it is none yet. */
export function knownNumber(inputs: Properties, name: string): number | null {
  const value = known(inputs, name);
  return typeof value === 'number' ? value : null;
}

/** What must not stand beside it; a switch that is off does no harm. */
export const conflictsWith =
  (...names: readonly string[]): Rule =>
  (value, inputs) => {
    const rival = names.find((name) => isGiven(inputs, name));
    return value === false || rival === undefined ? null : `conflicts with ${rival}`;
  };

/** What must stand beside it; a switch that is off needs nothing. */
export const needs =
  (...names: readonly string[]): Rule =>
  (value, inputs) => {
    const missing = names.find((name) => !isGiven(inputs, name));
    return value === false || missing === undefined ? null : `needs ${missing}`;
  };

/** Said by whoever reads the value: the text after the property's name, or null. */
export const unless =
  (isFine: (value: Value, inputs: Properties) => boolean, reason: string): Rule =>
  (value, inputs) =>
    isFine(value, inputs) ? null : reason;

/** The first thing that is wrong. */
export const all =
  (...rules: readonly Rule[]): Rule =>
  (value, inputs) => {
    for (const rule of rules) {
      const reason = rule(value, inputs);
      if (reason !== null) return reason;
    }
    return null;
  };

/** Every fault of the properties that have a rule; what is absent or not known yet passes. */
export function faults(rules: Rules, inputs: Properties): { readonly property: string; readonly reason: string }[] {
  return Object.entries(rules).flatMap(([property, rule]) => {
    const value = known(inputs, property);
    const reason = value === undefined ? null : rule(value, inputs);
    return reason === null ? [] : [{ property, reason: `${property} ${reason}` }];
  });
}

/** A nested block whose properties have rules of their own. */
export const block =
  (rules: Rules): Rule =>
  (value) =>
    isObject(value) ? (faults(rules, value)[0]?.reason ?? null) : null;

/** A list of nested blocks. */
export const blocks = (rules: Rules): Rule => {
  const each = block(rules);
  return (value) => items(value).reduce<string | null>((found, item) => found ?? each(item, {}), null);
};

export function items(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

export const count = (least: number, most: number): Rule =>
  unless(
    (value) => items(value).length >= least && items(value).length <= most,
    `must be from ${String(least)} to ${String(most)}`,
  );

/** Blocks of one list differ in a property. */
export const distinct =
  (property: string): Rule =>
  (value) => {
    const seen = items(value).flatMap((item) => (isObject(item) ? [known(item, property)] : []));
    const twice = seen.find((item, index) => item !== undefined && seen.indexOf(item) !== index);
    return twice === undefined ? null : `must differ in ${property}, got ${JSON.stringify(twice)} twice`;
  };

/** One of two beside it, and not both. */
export const needsEither = (one: string, other: string): Rule =>
  unless((_, inputs) => isGiven(inputs, one) !== isGiven(inputs, other), `needs ${one} or ${other}, and not both`);

export const arn = (service: string): Rule =>
  text(new RegExp(`^arn:aws[\\w-]*:${service}:`), `the ARN of something in ${service}`);
