/** Stands for a value that only the update will know. Never equal to anything that a program can say. */
export const unknown: unique symbol = Symbol('known after the update');

/** A rule has asked for such a value. What that means is the rule's own declaration, not an accident. */
export class UnknownInput extends Error {
  override readonly name = 'UnknownInput';

  constructor(readonly path: readonly string[]) {
    super(`${path.join('.')} is known only after the update`);
  }

  /** The input of the resource that it lies in. */
  get property(): string {
    return this.path[0] ?? '';
  }
}
