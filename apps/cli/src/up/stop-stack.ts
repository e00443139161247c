/** What was started, to be stopped in the opposite order. */
export class StopStack {
  readonly #stops: (() => Promise<void>)[] = [];

  push(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  /** Stops everything, one after the other, also when one fails. @throws AggregateError of what failed. */
  async stopAll(): Promise<void> {
    const errors: unknown[] = [];
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) {
      await stop().catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw new AggregateError(errors, 'some of what was started did not stop in order');
  }
}
