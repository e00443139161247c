import { unavailable } from '@calkeep/platform';
import { OverloadedError, Semaphore } from '@calkeep/security';

/** A walk keeps a core half busy: two leave the other requests of a small machine their share. */
const runningMax = 2;
const waitingMax = 16;
const retryAfterSeconds = 30;

/**
 * At most one walk of a key at a time, and few in all. Whoever comes while one of the key runs gets the result of the
 * next one, together with all others who wait for it: so a result never stands for a time before it was asked for.
 */
export class VerificationTurns<T> {
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #next = new Map<string, Promise<T>>();
  readonly #walks = new Semaphore(runningMax, waitingMax);

  /** @throws AppError `service_unavailable` when too many others wait. */
  take(key: string, walk: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (!running) return this.#start(key, walk);
    const next = this.#next.get(key) ?? running.then(() => this.#start(key, walk));
    this.#next.set(key, next);
    return next;
  }

  #start(key: string, walk: () => Promise<T>): Promise<T> {
    this.#next.delete(key);
    const result = this.#walks.run(walk).catch((error: unknown) => {
      throw error instanceof OverloadedError ? unavailable(error, retryAfterSeconds) : error;
    });
    const end = () => {
      // The next one, if there is one, takes this one's place.
      if (!this.#next.has(key)) this.#running.delete(key);
    };
    this.#running.set(key, result.then(end, end));
    return result;
  }
}
