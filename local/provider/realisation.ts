import type { Call } from '../supervisor/part';
import type { Fields } from './fields';
import type { Properties } from './values';

/** Where a resource is made, and with whose help. */
export interface Scope {
  readonly call: Call;
  readonly region: string;
  readonly accountId: string;
  readonly urn: string;
  /** `length` hexadecimal digits that look random and are the same for the same resource with the same inputs. */
  mark(length: number, purpose?: string): string;
}

export interface Made {
  readonly id: string;
  /** What the inputs do not say. */
  readonly outputs: Properties;
}

export interface Change {
  readonly id: string;
  readonly state: Properties;
  readonly before: Fields;
  /** Names of the properties that differ. */
  readonly changed: ReadonlySet<string>;
}

/**
 * How a type exists on this machine. Inputs and state arrive without the marks of secrets. Every
 * function may be called again after an engine was killed half-way, and finds what it made then.
 */
export interface Realisation {
  create(inputs: Fields, scope: Scope): Promise<Made> | Made;
  /** Outputs that are new after the change; absent where nothing but the record changes. */
  update?(inputs: Fields, change: Change, scope: Scope): Promise<Properties>;
  remove?(id: string, inputs: Fields, state: Properties, scope: Scope): Promise<unknown>;
  /**
   * What is there now, as changes of inputs and state (`null` takes a property away); null when it is gone.
   * Absent where the record is all there is.
   */
  read?(id: string, inputs: Fields, scope: Scope): Promise<Seen | null>;
}

export interface Seen {
  readonly inputs: Readonly<Record<string, Properties[string]>>;
  readonly outputs: Properties;
}

export type Realisations = Readonly<Record<string, Realisation>>;
