import type { Clock } from '@calkeep/platform';

/** Beyond it the oldest are forgotten: whoever comes with a million addresses is asked for in the database again. */
const rememberedMax = 10_000;
/** Before a bucket's next attempt is due the database is asked again: its clock decides, and this one may be slow. */
const toleranceMs = 500;

/**
 * Which buckets the database has just said to be empty, and until when: it need not be asked again, so a flood of
 * attempts costs it nothing. What another process gives back or resets is heard of no later than the caller was told.
 */
export class EmptyBuckets {
  readonly #untilMs = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  remember(key: string, waitSeconds: number): void {
    // Again the youngest.
    this.#untilMs.delete(key);
    this.#untilMs.set(key, this.clock.now() + waitSeconds * 1000);
    const [oldest] = this.#untilMs.keys();
    if (this.#untilMs.size > rememberedMax && oldest !== undefined) this.#untilMs.delete(oldest);
  }

  forget(keys: readonly string[]): void {
    for (const key of keys) this.#untilMs.delete(key);
  }

  /** Whole seconds until all of them may have an attempt again; 0 if the database is to be asked. */
  waitSeconds(keys: readonly string[]): number {
    const waitMs = Math.max(0, ...keys.map((key) => this.#waitMs(key)));
    return waitMs > toleranceMs ? Math.ceil(waitMs / 1000) : 0;
  }

  #waitMs(key: string): number {
    return (this.#untilMs.get(key) ?? 0) - this.clock.now();
  }
}
