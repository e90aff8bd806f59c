import { unknown, UnknownInput } from './unknown';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What a resource was told, read by kind. Nothing that is unknown is ever handed out as if it were said
 * or unsaid: asking for it throws, and whoever asked has declared what that means.
 */
export class Values {
  constructor(
    readonly fields: Fields,
    private readonly path: readonly string[] = [],
  ) {}

  /** True also for what is said and not known yet. */
  said(key: string): boolean {
    const value = this.fields[key];
    return value !== undefined && value !== null && value !== '';
  }

  isUnknown(key: string): boolean {
    return this.fields[key] === unknown;
  }

  text(key: string): string | undefined {
    const value = this.known(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** Undefined also for what is no number: a rule then takes it for unsaid. */
  number(key: string): number | undefined {
    const value = this.known(key);
    return typeof value === 'number' ? value : undefined;
  }

  flag(key: string): boolean | undefined {
    const value = this.known(key);
    return typeof value === 'boolean' ? value : undefined;
  }

  inner(key: string): Values | undefined {
    const value = this.known(key);
    return isFields(value) ? new Values(value, [...this.path, key]) : undefined;
  }

  /** @throws UnknownInput also when an item of the list is unknown. */
  list(key: string): Values[] {
    return this.items(key).flatMap((item, index) =>
      isFields(item) ? [new Values(item, [...this.path, key, String(index)])] : [],
    );
  }

  /** @throws UnknownInput also when an item of the list is unknown. */
  texts(key: string): string[] {
    return this.items(key).filter((item) => typeof item === 'string');
  }

  /** How many there are, which is known before what they are. */
  count(key: string): number {
    const value = this.known(key);
    return Array.isArray(value) ? value.length : 0;
  }

  private items(key: string): readonly unknown[] {
    const value = this.known(key);
    if (!Array.isArray(value)) return [];
    const items: readonly unknown[] = value;
    items.forEach((item, index) => {
      if (item === unknown) throw new UnknownInput([...this.path, key, String(index)]);
    });
    return items;
  }

  private known(key: string): unknown {
    const value = this.fields[key];
    if (value === unknown) throw new UnknownInput([...this.path, key]);
    return value;
  }
}
