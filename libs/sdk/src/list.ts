import type { AnswerInfo } from './call.js';
import type { Pagination } from './types.js';

export interface Page<T> {
  items: T[];
  pagination: Pagination;
  info: AnswerInfo;
}

/** Fetches the page that the query asks for or, with a cursor, the one that follows. */
export type FetchPage<T> = (cursor: string | undefined) => Promise<Page<T>>;

/**
 * A list. Await it for one page; iterate it for every item; iterate `pages()` for every page.
 * Iterating walks by cursor, so what is added or changed meanwhile neither hides an item nor shows one twice, and holds
 * one page in memory at a time.
 */
export class List<T> implements PromiseLike<Page<T>>, AsyncIterable<T> {
  readonly #fetchPage: FetchPage<T>;
  #first: Promise<Page<T>> | undefined;

  constructor(fetchPage: FetchPage<T>) {
    this.#fetchPage = fetchPage;
  }

  then<R = Page<T>, E = never>(
    onFulfilled?: ((page: Page<T>) => R | PromiseLike<R>) | null,
    onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    this.#first ??= this.#fetchPage(undefined);
    return this.#first.then(onFulfilled, onRejected);
  }

  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    let page = await this.#fetchPage(undefined);
    for (;;) {
      yield page;
      const { nextCursor } = page.pagination;
      if (nextCursor === null) return;
      page = await this.#fetchPage(nextCursor);
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.items;
  }
}
