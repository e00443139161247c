const parentCheckMs = 500;
/** One Ctrl-C may arrive twice, from the terminal and passed on by npm: that is not yet impatience. */
const sameRequestMs = 500;

export interface StopRequestOptions {
  /** Stop as well when the parent process goes: the shell in which npm runs scripts dies without passing signals on. */
  isParentWatched: boolean;
}

/** Listens for what asks this process to stop: SIGINT (Ctrl-C), SIGTERM, SIGHUP (the terminal is closed). */
export class StopRequest {
  /** Resolves at the first request. */
  readonly received: Promise<void>;
  /** Aborted at the second: stop as fast as can be. The third ends the process at once. */
  readonly hurry: AbortSignal;
  readonly #hurry = new AbortController();
  #resolve: () => void = () => undefined;
  #requests = 0;
  #lastAt = -Infinity;

  constructor({ isParentWatched }: StopRequestOptions) {
    this.hurry = this.#hurry.signal;
    this.received = new Promise((resolve) => (this.#resolve = resolve));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#request());
    if (isParentWatched) this.#watchParent();
  }

  get isReceived(): boolean {
    return this.#requests > 0;
  }

  #request(): void {
    if (performance.now() - this.#lastAt < sameRequestMs) return;
    this.#lastAt = performance.now();
    this.#requests += 1;
    if (this.#requests === 1) this.#resolve();
    else if (this.#requests === 2) this.#hurry.abort();
    else process.exit(130);
  }

  #watchParent(): void {
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      this.#request();
    }, parentCheckMs);
    timer.unref();
  }
}
