/** Runs what concerns the same thing one after the other, in the order of asking; different things run side by side. */
export class Serial {
  private readonly tails = new Map<string, Promise<unknown>>();

  run<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(thing) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine
      .catch(() => undefined)
      .then(() => {
        if (this.tails.get(thing) === tail) this.tails.delete(thing);
      });
    this.tails.set(thing, tail);
    return mine;
  }
}
