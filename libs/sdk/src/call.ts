/** How much is left of the limit that has fewer requests left: the token's or its workspace's. */
export interface RateLimit {
  limit: number;
  remaining: number;
  /** Until it is full again. */
  resetSeconds: number;
}

/** What an answer says beside its data. */
export interface AnswerInfo {
  status: number;
  requestId: string;
  /** To send as `ifMatch` with a change. */
  etag: string | undefined;
  rateLimit: RateLimit | undefined;
  /** The answer is that of an earlier call with the same idempotency key. */
  isReplayed: boolean;
  headers: Headers;
}

/** A call under way. Await it for its data; `withInfo()` gives the data and what else the answer says. */
export class Call<T> implements PromiseLike<T> {
  readonly #answer: Promise<{ data: T; info: AnswerInfo }>;

  constructor(answer: Promise<{ data: T; info: AnswerInfo }>) {
    this.#answer = answer;
  }

  withInfo(): Promise<{ data: T; info: AnswerInfo }> {
    return this.#answer;
  }

  then<R = T, E = never>(
    onFulfilled?: ((data: T) => R | PromiseLike<R>) | null,
    onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return this.#answer.then(({ data }) => data).then(onFulfilled, onRejected);
  }

  catch<E>(onRejected: (reason: unknown) => E | PromiseLike<E>): Promise<T | E> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally: () => void): Promise<T> {
    return this.then().finally(onFinally);
  }
}
