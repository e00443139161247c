export interface ErrorEntry {
  readonly status: number;
  /** Public text for where nothing more exact is said. */
  readonly message: string;
  /** Markdown: what it is refused for. */
  readonly when: string;
  /** Markdown: what the caller can do. */
  readonly remedy: string;
}

/**
 * Every error code that a caller can meet, with its HTTP status and the text that stands for it when
 * the place that throws has nothing more exact to say. Codes are part of the contract: one is never
 * renamed, and never changes its status.
 */
export const errorCatalogue = {
  invalid_request: {
    status: 400,
    message: 'The request is not valid.',
    when: 'a parameter, header or body is wrong; two `Host` or `Authorization` headers',
    remedy: 'correct it; `details` says what',
  },
  invalid_token: {
    status: 401,
    message: 'The access token is missing, malformed, unknown, expired or revoked.',
    when: 'there is no token, or it is malformed, unknown, expired, revoked or disabled; which of these it is, is not told',
    remedy: 'use a good token; do not retry',
  },
  invalid_credentials: {
    status: 401,
    message: 'The e-mail address or the password is wrong.',
    when: 'console: the e-mail address or the password is wrong',
    remedy: 'try again; attempts are limited',
  },
  invalid_code: {
    status: 401,
    message: 'The code or the passkey’s answer is wrong, used or too old.',
    when: 'console: a code or a passkey’s answer is wrong, used or too old',
    remedy: 'wait for the next code; each works once',
  },
  session_required: { status: 401, message: 'Sign in first.', when: 'console: nobody is signed in', remedy: 'sign in' },
  mfa_required: {
    status: 401,
    message: 'Prove your second factor.',
    when: 'console: the second factor is missing, or its proof is older than 300 s',
    remedy: 'prove it; `details.methods` says how',
  },
  csrf: {
    status: 403,
    message: 'Send the header X-CalKeep-Csrf: 1, from the console’s own origin.',
    when: 'console: the call may come from another site',
    remedy: 'send `X-CalKeep-Csrf: 1` from the console’s own origin',
  },
  forbidden: {
    status: 403,
    message: 'Your role in this workspace does not allow this.',
    when: 'console: the role does not allow it',
    remedy: 'ask an owner or an admin of the workspace',
  },
  mfa_enrollment_required: {
    status: 403,
    message: 'Set up a second factor first.',
    when: 'console: there is no second factor yet',
    remedy: 'set one up',
  },
  insufficient_scope: {
    status: 403,
    message: 'The access token lacks a scope that this call needs.',
    when: 'the token lacks a scope that the route needs',
    remedy: 'have a token issued with the scopes that `details.requiredScopes` names',
  },
  plan_not_eligible: {
    status: 403,
    message: 'The workspace’s plan does not include API tokens.',
    when: 'the workspace’s plan has no API tokens',
    remedy: 'upgrade; the same token then works again',
  },
  ip_not_allowed: {
    status: 403,
    message: 'The access token may not be used from this address.',
    when: 'the address is not on the list of the token or of its workspace',
    remedy: 'call from a listed one, or have an admin list it',
  },
  not_found: {
    status: 404,
    message: 'There is nothing here.',
    when: 'no such path, or no such object in this workspace',
    remedy: 'check the path and the id; another workspace’s objects answer so too',
  },
  method_not_allowed: {
    status: 405,
    message: 'This method is not supported here; see the Allow header.',
    when: 'the path has no such method',
    remedy: 'use one that `Allow` names',
  },
  request_timeout: {
    status: 408,
    message: 'The request took too long to arrive.',
    when: 'the request took too long to arrive',
    remedy: 'send it whole, again',
  },
  conflict: {
    status: 409,
    message: 'This cannot be done in the present state.',
    when: 'what is asked cannot be done in the present state, such as rotating a revoked token or an e-mail that another contact has',
    remedy: 'see the message and `details`',
  },
  idempotency_in_progress: {
    status: 409,
    message: 'A request with this Idempotency-Key is still running.',
    when: 'a request with this `Idempotency-Key` is still running',
    remedy: 'wait `Retry-After`, then send it again with the same key',
  },
  precondition_failed: {
    status: 412,
    message: 'The object is not in the state that the request asks for.',
    when: 'the object is not what `If-Match` asks for',
    remedy: 'read it again, decide, and send its new `ETag`',
  },
  payload_too_large: {
    status: 413,
    message: 'The request body is too large.',
    when: 'a body of more than 256 KiB',
    remedy: 'send less, or in parts',
  },
  uri_too_long: {
    status: 414,
    message: 'The request target is too long.',
    when: 'the path and the query are longer than 8 KiB',
    remedy: 'shorten the query',
  },
  unsupported_media_type: {
    status: 415,
    message: 'Request bodies must be application/json in UTF-8.',
    when: 'a body that is not `application/json` in UTF-8',
    remedy: 'send `Content-Type: application/json`, and no `Content-Encoding`',
  },
  idempotency_key_reused: {
    status: 422,
    message: 'This Idempotency-Key was sent with another request within the past 24 hours.',
    when: 'this `Idempotency-Key` came with another body within 24 hours',
    remedy: 'take a new key for a new request',
  },
  rate_limited: {
    status: 429,
    message: 'Too many requests; wait for the seconds that Retry-After names.',
    when: 'a limit, or too many failed authentications',
    remedy: 'wait `Retry-After`',
  },
  quota_exceeded: {
    status: 429,
    message: 'The plan’s ceiling for this resource is reached.',
    when: 'a ceiling of the plan is reached; no `Retry-After`, for waiting does not help',
    remedy: '`details` names `resource`, `limit` and `used`',
  },
  headers_too_large: {
    status: 431,
    message: 'The request headers are too large.',
    when: 'headers of more than 16 KiB',
    remedy: 'send fewer headers',
  },
  internal_error: {
    status: 500,
    message: 'Something went wrong on our side; quote the request id to support.',
    when: 'a defect of ours',
    remedy: 'quote the request id; a `POST` with an `Idempotency-Key` may be sent again',
  },
  service_unavailable: {
    status: 503,
    message: 'The service cannot answer right now; try again shortly.',
    when: 'a part that the answer needs is away or too busy',
    remedy: 'wait `Retry-After`, then again',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** Where the page of a code is, on the server that refused. */
export function errorPagePath(code: ErrorCode): string {
  return `/docs/errors/${code}`;
}
