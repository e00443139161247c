import type { Call } from './call.js';
import type { List } from './list.js';
import type { QueryValue, Request } from './transport.js';

export type Query = Readonly<Record<string, QueryValue>>;

export interface CallOptions {
  /** Ends the call, and the waiting between its tries. */
  signal?: AbortSignal;
}

export interface CreateOptions extends CallOptions {
  /**
   * Of your own choice, kept for 24 hours: sent again, also by another process, the same request is not carried out twice.
   * Without it each call has one of its own, which its own tries share.
   */
  idempotencyKey?: string;
}

export interface UpdateOptions extends CallOptions {
  /** The `etag` of the object as you know it: the change is made only if nobody has changed it since. */
  ifMatch?: string;
}

/** What the resources are given. */
export interface Client {
  one<T>(name: string, request: Request): Call<T>;
  list<T>(path: string, query?: Query, options?: CallOptions): List<T>;
}
