import type { ErrorCode } from '@calkeep/contract';
import type { DescribedRoute } from './described-routes.js';

/** What any request may be refused with, whatever its route. */
const always: ErrorCode[] = [
  'invalid_request',
  'request_timeout',
  'uri_too_long',
  'headers_too_large',
  'internal_error',
  'service_unavailable',
];
const ofTokens: ErrorCode[] = ['invalid_token', 'plan_not_eligible', 'ip_not_allowed', 'rate_limited'];
const ofBodies: ErrorCode[] = ['payload_too_large', 'unsupported_media_type'];
const ofKeys: ErrorCode[] = ['idempotency_in_progress', 'idempotency_key_reused'];

/** Every code that the route may refuse a request with. */
export function refusalsOf({ access, path, method, description }: DescribedRoute): ErrorCode[] {
  if (access.kind === 'public' && !access.isEnveloped) return [];
  const takes = description.takes ?? [];
  return [
    ...always,
    ...(access.kind === 'token' ? ofTokens : []),
    ...(access.kind === 'token' && access.scopes.length > 0 ? (['insufficient_scope'] as const) : []),
    ...(path.includes('/:') ? (['not_found'] as const) : []),
    // A body that nobody asked for is read and refused as any other.
    ...(method === 'get' ? [] : ofBodies),
    ...(takes.includes('Idempotency-Key') ? ofKeys : []),
    ...(takes.includes('If-Match') ? (['precondition_failed'] as const) : []),
    ...(description.refusals ?? []),
  ];
}
