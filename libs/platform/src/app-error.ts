import { errorCatalogue, type ErrorCode, type ErrorDetail } from '@calkeep/contract';

export interface AppErrorOptions {
  /** What the caller is told; without it, the catalogue's text for the code. */
  message?: string;
  /** More for the caller: a list for validation, an object otherwise. Never an input value. */
  details?: ErrorDetail[] | Record<string, unknown>;
  /** Response headers that belong to the refusal, such as `Retry-After`. */
  headers?: Record<string, string>;
  /** For the log alone. */
  cause?: unknown;
}

/** A refusal or failure that the caller is told about. Everything else that is thrown becomes a 500. */
export class AppError extends Error {
  readonly status: number;
  readonly details: AppErrorOptions['details'];
  readonly headers: Record<string, string>;

  constructor(
    readonly code: ErrorCode,
    { message, details, headers, cause }: AppErrorOptions = {},
  ) {
    // Only what is a fault of ours is looked for by its stack. For a refusal, taking the stack was an eighth of its cost.
    const { stackTraceLimit } = Error;
    if (errorCatalogue[code].status < 500) Error.stackTraceLimit = 0;
    super(message ?? errorCatalogue[code].message, { cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'AppError';
    this.status = errorCatalogue[code].status;
    this.details = details;
    this.headers = headers ?? {};
  }
}

/** 503: a part that the answer needs is away or too busy, and trying again soon makes sense. */
export function unavailable(cause: unknown, retryAfterSeconds = 1): AppError {
  return new AppError('service_unavailable', { cause, headers: { 'Retry-After': String(retryAfterSeconds) } });
}
