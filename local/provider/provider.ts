import type { Difference } from './diff';
import type { Properties } from './values';

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** A resource as the engine names it. */
export interface Subject {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export interface Standing {
  readonly id: string;
  readonly state: Properties;
}

/** A provider without the wire: marks of secrets and unknowns are still in the values. */
export interface Provider {
  /** @throws Error when this machine must not be used with such a configuration. */
  configure(config: Properties): void;
  check(subject: Subject, before: Properties, after: Properties, seed: Uint8Array): Checked;
  diff(subject: Subject, before: Properties, after: Properties): Difference;
  create(subject: Subject, inputs: Properties, preview: boolean): Promise<Standing>;
  update(
    subject: Subject,
    standing: Standing,
    before: Properties,
    after: Properties,
    preview: boolean,
  ): Promise<Properties>;
  /** Null when it is gone. */
  read(
    subject: Subject,
    standing: Standing,
    inputs: Properties,
  ): Promise<{ state: Properties; inputs: Properties } | null>;
  remove(subject: Subject, standing: Standing, inputs: Properties): Promise<void>;
}
