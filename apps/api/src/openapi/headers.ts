import type { DescribedRoute } from './described-routes.js';

const text = { type: 'string' };
const seconds = { type: 'integer', minimum: 0 };

/** Headers of answers, once for all operations. */
export const answerHeaders = {
  'X-CalKeep-Request-Id': {
    description: 'The id of this request, the same as `meta.requestId`. Quote it when you ask for help.',
    schema: { type: 'string', pattern: '^req_[0-9a-z]{26}$' },
    required: true,
  },
  'X-Request-Id': { description: 'Your own id of this request, as you sent it.', schema: text },
  'RateLimit-Policy': {
    description: 'The limits: `q` requests in `w` seconds (draft-ietf-httpapi-ratelimit-headers).',
    schema: text,
    example: '"token";q=120;w=60, "workspace";q=600;w=60',
  },
  RateLimit: {
    description: 'What is left of them: `r` requests; full again in `t` seconds.',
    schema: text,
    example: '"token";r=119;t=1, "workspace";r=599;t=1',
  },
  'X-RateLimit-Limit': {
    description: 'The limit that has fewer requests left.',
    schema: { type: 'integer', minimum: 1 },
  },
  'X-RateLimit-Remaining': { description: 'Requests left of it.', schema: seconds },
  'X-RateLimit-Reset': { description: 'Seconds until it is full again.', schema: seconds },
  'X-CalKeep-Token-Expires-At': {
    description: 'When the token expires, if it does.',
    schema: { type: 'string', format: 'date-time' },
  },
  Deprecation: { description: 'Since when the token is rotated (RFC 9745).', schema: text, example: '@1795424400' },
  Sunset: {
    description: 'Until when a rotated token works (RFC 8594).',
    schema: text,
    example: 'Mon, 23 Nov 2026 10:00:00 GMT',
  },
  'Retry-After': {
    description: 'Whole seconds to wait. `quota_exceeded` has none: waiting does not help.',
    schema: { type: 'integer', minimum: 1 },
  },
  'WWW-Authenticate': {
    description: 'The challenge (RFC 6750): with every 401, and with a 403 for a scope that is missing.',
    schema: text,
    example: 'Bearer realm="calkeep", error="invalid_token"',
  },
  ETag: {
    description: 'The entity tag of the object, for `If-Match` and `If-None-Match`.',
    schema: text,
    example: '"b1Yyq0kKQ9aGx1m0Q7d5X"',
    required: true,
  },
  Link: {
    description: 'The pages next to this one (RFC 8288): `next`, `prev`, `first`, `last`.',
    schema: text,
  },
  Location: { description: 'Where the object can be read.', schema: { type: 'string', format: 'uri-reference' } },
  'Idempotency-Replayed': {
    description: '`true` when this is the answer of an earlier request with the same key.',
    schema: { type: 'string', enum: ['true'] },
  },
} as const;
export type AnswerHeader = keyof typeof answerHeaders;

/** Headers of requests. */
export const requestHeaders = {
  'X-Request-Id': {
    name: 'X-Request-Id',
    in: 'header',
    description: 'An id of your own for this request: comes back, and stands in the audit log.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,128}$' },
  },
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes the request safe to repeat for 24 hours: 1 to 255 printable characters, of your own choice, such as a UUID.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description: 'Change the object only if this is its `ETag` still.',
    schema: { type: 'string' },
  },
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description: 'Answer 304 without a body if this is its `ETag` still.',
    schema: { type: 'string' },
  },
} as const;

const always: AnswerHeader[] = ['X-CalKeep-Request-Id', 'X-Request-Id'];
const ofLimits: AnswerHeader[] = [
  'RateLimit-Policy',
  'RateLimit',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-CalKeep-Token-Expires-At',
  'Deprecation',
  'Sunset',
];

/** The headers that an answer with this status has. */
export function headersOf(route: DescribedRoute, status: number): AnswerHeader[] {
  return [
    ...always,
    ...(route.access.kind === 'token' && status !== 401 ? ofLimits : []),
    ...(status === 401 || (status === 403 && route.access.kind === 'token') ? (['WWW-Authenticate'] as const) : []),
    ...(status === 409 || status === 429 || status === 503 ? (['Retry-After'] as const) : []),
    ...(status < 400 ? headersOfSuccess(route, status) : headersOfRefusal(route, status)),
  ];
}

/** A refusal by the work itself is kept under the key, and told again. */
function headersOfRefusal({ description }: DescribedRoute, status: number): AnswerHeader[] {
  return description.takes?.includes('Idempotency-Key') && status < 500 ? ['Idempotency-Replayed'] : [];
}

function headersOfSuccess({ path, access, description, method }: DescribedRoute, status: number): AnswerHeader[] {
  const isOfOneObject = access.kind === 'token' && (path.endsWith('/:id') ? status !== 204 : status === 201);
  return [
    ...(isOfOneObject ? (['ETag'] as const) : []),
    ...(status === 201 ? (['Location'] as const) : []),
    ...(description.isList === true ? (['Link'] as const) : []),
    ...(method === 'post' && description.takes?.includes('Idempotency-Key') ? (['Idempotency-Replayed'] as const) : []),
  ];
}

export function headerReferences(names: readonly AnswerHeader[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
