import type { ErrorCode } from './types.js';

/** One thing that is wrong with a request: which field or parameter, and why. */
export interface ErrorDetail {
  path: string;
  code: string;
  message: string;
}

/** What the API says of a request that it refused. */
export interface Refusal {
  status: number;
  code: ErrorCode;
  message: string;
  requestId: string;
  /** Where the code is explained. */
  docs: string | undefined;
  details: ErrorDetail[] | Record<string, unknown> | undefined;
  /** Of `Retry-After`. */
  retryAfterSeconds: number | undefined;
}

/** Whatever this client throws, unless the caller's own signal ended the call: then it is the signal's reason. */
export class CalKeepError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The API refused the request. Decide by `code`: codes are never renamed and never change their status. */
export class ApiError extends CalKeepError {
  readonly status: number;
  readonly code: ErrorCode;
  /** Quote it when you ask for help. */
  readonly requestId: string;
  readonly docs: string | undefined;
  readonly details: ErrorDetail[] | Record<string, unknown> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(refusal: Refusal) {
    super(`${refusal.code}: ${refusal.message} (${refusal.requestId})`);
    this.status = refusal.status;
    this.code = refusal.code;
    this.requestId = refusal.requestId;
    this.docs = refusal.docs;
    this.details = refusal.details;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
  }

  /** What is wrong, field by field; empty for errors that are not about fields. */
  get issues(): ErrorDetail[] {
    return Array.isArray(this.details) ? this.details : [];
  }
}

/** 400, 413, 415, 422: the request itself is wrong; `issues` says what. */
export class InvalidRequestError extends ApiError {}
/** 401: the token is missing, malformed, unknown, expired, revoked or disabled. */
export class AuthenticationError extends ApiError {}
/** 403: the token is good, and may not do this. */
export class PermissionError extends ApiError {
  /** The scopes that the call needs, if one was missing. */
  get requiredScopes(): string[] {
    const scopes = Array.isArray(this.details) ? undefined : this.details?.['requiredScopes'];
    return Array.isArray(scopes) ? scopes.map(String) : [];
  }
}
/** 404: there is no such object in this workspace. */
export class NotFoundError extends ApiError {}
/** 409: what is asked cannot be done in the present state. */
export class ConflictError extends ApiError {}
/** 412: the object has changed since it was read. */
export class PreconditionFailedError extends ApiError {}
/** 429 `rate_limited`, after as many tries as were allowed. */
export class RateLimitError extends ApiError {}
/** 429 `quota_exceeded`: a ceiling of the plan; waiting does not help. */
export class QuotaExceededError extends ApiError {}
/** 5xx, after as many tries as were allowed. */
export class ServerError extends ApiError {}

/** No answer came: the connection could not be made, or broke. Whether the request was carried out is not known. */
export class ConnectionError extends CalKeepError {}
/** No answer came in time. Whether the request was carried out is not known. */
export class TimeoutError extends CalKeepError {}
/** Something answered that is not this API, such as a proxy on the way. */
export class UnexpectedAnswerError extends CalKeepError {
  constructor(readonly status: number) {
    super(`The answer (status ${status}) is not the API's. Is the base URL right, and is a proxy in between?`);
  }
}

const byStatus: Readonly<Record<number, new (refusal: Refusal) => ApiError>> = {
  400: InvalidRequestError,
  401: AuthenticationError,
  403: PermissionError,
  404: NotFoundError,
  409: ConflictError,
  412: PreconditionFailedError,
  413: InvalidRequestError,
  415: InvalidRequestError,
  422: InvalidRequestError,
};

export function apiError(refusal: Refusal): ApiError {
  if (refusal.code === 'quota_exceeded') return new QuotaExceededError(refusal);
  if (refusal.code === 'rate_limited') return new RateLimitError(refusal);
  const Kind = byStatus[refusal.status] ?? (refusal.status >= 500 ? ServerError : ApiError);
  return new Kind(refusal);
}
