import type { AnswerInfo, RateLimit } from './call.js';
import {
  apiError,
  CalKeepError,
  ConnectionError,
  TimeoutError,
  UnexpectedAnswerError,
  type ErrorDetail,
  type Refusal,
} from './errors.js';
import { retryDelayMs, type RetryPolicy } from './retry.js';

export interface TransportOptions {
  token: string;
  /** Without a slash at its end. */
  baseUrl: string;
  fetch: typeof fetch;
  /** Of each try. */
  timeoutMs: number;
  retry: RetryPolicy;
}

export type QueryValue = string | number | boolean | Date | undefined;

export interface Request {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From `/api/v1` on, its parts encoded. */
  path: string;
  query?: Readonly<Record<string, QueryValue>> | undefined;
  body?: object | undefined;
  idempotencyKey?: string | undefined;
  ifMatch?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** `data` is `undefined` for an answer without a body. */
export interface Answer {
  data: unknown;
  info: AnswerInfo;
}

/** Sends requests and reads the envelope. Every request ends: by its answer, its time-out, or the caller's signal. */
export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** @throws ApiError and the other errors of errors.ts; the reason of the caller's signal. */
  async send(request: Request): Promise<Answer> {
    const { method, signal } = request;
    // The same key with each try: what an earlier one did is told again, and not done again.
    const idempotencyKey = request.idempotencyKey ?? (method === 'POST' ? crypto.randomUUID() : undefined);
    const isRepeatable = method !== 'PATCH';
    for (let tried = 1; ; tried++) {
      try {
        return await this.#try({ ...request, idempotencyKey });
      } catch (error) {
        signal?.throwIfAborted();
        const delayMs = retryDelayMs(error, { tried, isRepeatable, policy: this.#options.retry });
        if (delayMs === undefined) throw error;
        await wait(delayMs, signal);
      }
    }
  }

  async #try(request: Request): Promise<Answer> {
    const { timeoutMs, fetch } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
    try {
      const response = await fetch(this.#urlOf(request), {
        method: request.method,
        headers: this.#headersOf(request),
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal,
        // A token is for this address and no other.
        redirect: 'error',
      });
      return read(response.status, response.headers, await response.text());
    } catch (cause) {
      if (cause instanceof CalKeepError) throw cause;
      if (timeout.aborted) throw new TimeoutError(`No answer came within ${timeoutMs} ms.`, { cause });
      // What fetch throws when there is no connection; everything else is this file's own.
      if (cause instanceof TypeError) throw new ConnectionError('No connection to the API.', { cause });
      throw cause;
    }
  }

  #urlOf({ path, query = {} }: Request): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) parameters.set(name, value instanceof Date ? value.toISOString() : String(value));
    const text = parameters.toString();
    return `${this.#options.baseUrl}${path}${text === '' ? '' : `?${text}`}`;
  }

  #headersOf({ body, idempotencyKey, ifMatch }: Request): Record<string, string> {
    return {
      Authorization: `Bearer ${this.#options.token}`,
      Accept: 'application/json',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
      ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
    };
  }
}

function read(status: number, headers: Headers, text: string): Answer {
  if (status === 204) return { data: undefined, info: infoOf(status, headers, headers.get('X-CalKeep-Request-Id')) };
  const envelope = parse(text);
  const requestId = envelope?.meta?.requestId;
  if (!envelope || typeof requestId !== 'string') throw new UnexpectedAnswerError(status);
  if (envelope.success === true && envelope.data !== undefined)
    return { data: envelope.data, info: infoOf(status, headers, requestId) };
  if (!envelope.error) throw new UnexpectedAnswerError(status);
  const retryAfter = Number(headers.get('Retry-After') ?? Number.NaN);
  throw apiError({
    status,
    code: envelope.error.code,
    message: envelope.error.message,
    requestId,
    docs: envelope.error.docs,
    details: envelope.error.details,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
  });
}

interface Envelope {
  success?: unknown;
  data?: unknown;
  error?: Pick<Refusal, 'code' | 'message'> & { docs?: string; details?: ErrorDetail[] | Record<string, unknown> };
  meta?: { requestId?: unknown };
}

/** `undefined` for what is no JSON object. */
function parse(text: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function infoOf(status: number, headers: Headers, requestId: string | null): AnswerInfo {
  return {
    status,
    requestId: requestId ?? '',
    etag: headers.get('ETag') ?? undefined,
    rateLimit: rateLimitOf(headers),
    isReplayed: headers.get('Idempotency-Replayed') === 'true',
    headers,
  };
}

function rateLimitOf(headers: Headers): RateLimit | undefined {
  const limit = headers.get('X-RateLimit-Limit');
  if (limit === null) return undefined;
  return {
    limit: Number(limit),
    remaining: Number(headers.get('X-RateLimit-Remaining')),
    resetSeconds: Number(headers.get('X-RateLimit-Reset')),
  };
}

/** Rejects with the signal's reason as soon as it is given. */
function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
