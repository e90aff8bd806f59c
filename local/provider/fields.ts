import { isObject, type Properties, type Value } from './values';

/**
 * Reads revealed inputs by name and type. A program that was compiled against the official types
 * cannot be wrong here, so a mismatch is a plain Error.
 */
export class Fields {
  constructor(
    private readonly values: Properties,
    private readonly path = '',
  ) {}

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.missing(name, 'a text');
  }

  optionalText(name: string): string | null {
    const value = this.values[name] ?? null;
    if (value === null || typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.missing(name, 'a text');
  }

  number(name: string, fallback: number): number {
    const value = this.values[name] ?? fallback;
    const number = typeof value === 'string' ? Number(value) : value;
    return typeof number === 'number' && !Number.isNaN(number) ? number : this.missing(name, 'a number');
  }

  flag(name: string): boolean {
    const value = this.values[name] ?? false;
    return value === true || value === 'true';
  }

  /** A nested block; empty when it is absent. */
  block(name: string): Fields {
    return new Fields(asObject(this.values[name] ?? {}), `${this.path}${name}.`);
  }

  blocks(name: string): Fields[] {
    return this.list(name).map((item, index) => new Fields(asObject(item), `${this.path}${name}[${String(index)}].`));
  }

  /** Everything, as it came. */
  plain(): Properties {
    return this.values;
  }

  texts(name: string): string[] {
    return this.list(name).map(String);
  }

  private list(name: string): readonly Value[] {
    const value = this.values[name] ?? [];
    return Array.isArray(value) ? (value as readonly Value[]) : this.missing(name, 'a list');
  }

  private missing(name: string, what: string): never {
    throw new Error(`${this.path}${name} must be ${what}`);
  }
}

function asObject(value: Value): Properties {
  return isObject(value) ? value : {};
}
