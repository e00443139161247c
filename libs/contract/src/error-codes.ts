/**
 * Every error code that a caller can meet, with its HTTP status and the text that stands for it when
 * the place that throws has nothing more exact to say. Codes are part of the contract: one is never
 * renamed, and never changes its status.
 */
export const errorCatalogue = {
  invalid_request: { status: 400, message: 'The request is not valid.' },
  invalid_token: { status: 401, message: 'The access token is missing, malformed, unknown, expired or revoked.' },
  invalid_credentials: { status: 401, message: 'The e-mail address or the password is wrong.' },
  invalid_code: { status: 401, message: 'The code or the passkey’s answer is wrong, used or too old.' },
  session_required: { status: 401, message: 'Sign in first.' },
  mfa_required: { status: 401, message: 'Prove your second factor.' },
  csrf: { status: 403, message: 'Send the header X-CalKeep-Csrf: 1, from the console’s own origin.' },
  forbidden: { status: 403, message: 'Your role in this workspace does not allow this.' },
  mfa_enrollment_required: { status: 403, message: 'Set up a second factor first.' },
  insufficient_scope: { status: 403, message: 'The access token lacks a scope that this call needs.' },
  plan_not_eligible: { status: 403, message: 'The workspace’s plan does not include API tokens.' },
  ip_not_allowed: { status: 403, message: 'The access token may not be used from this address.' },
  not_found: { status: 404, message: 'There is nothing here.' },
  method_not_allowed: { status: 405, message: 'This method is not supported here; see the Allow header.' },
  request_timeout: { status: 408, message: 'The request took too long to arrive.' },
  conflict: { status: 409, message: 'This cannot be done in the present state.' },
  idempotency_in_progress: { status: 409, message: 'A request with this Idempotency-Key is still running.' },
  precondition_failed: { status: 412, message: 'The object is not in the state that the request asks for.' },
  payload_too_large: { status: 413, message: 'The request body is too large.' },
  uri_too_long: { status: 414, message: 'The request target is too long.' },
  unsupported_media_type: { status: 415, message: 'Request bodies must be application/json in UTF-8.' },
  idempotency_key_reused: {
    status: 422,
    message: 'This Idempotency-Key was sent with another request within the past 24 hours.',
  },
  rate_limited: { status: 429, message: 'Too many requests; wait for the seconds that Retry-After names.' },
  quota_exceeded: { status: 429, message: 'The plan’s ceiling for this resource is reached.' },
  headers_too_large: { status: 431, message: 'The request headers are too large.' },
  internal_error: { status: 500, message: 'Something went wrong on our side; quote the request id to support.' },
  service_unavailable: { status: 503, message: 'The service cannot answer right now; try again shortly.' },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof errorCatalogue;
