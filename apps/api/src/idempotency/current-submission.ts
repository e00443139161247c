import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '@calkeep/security';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { parseIdempotencyKey } from './idempotency-key.js';

/** What makes one POST the same as another. */
export interface Submission {
  /** Without a key it is the same as no other. */
  readonly keyed: {
    readonly key: string;
    /** Method and pattern: the same key on another route is another key. */
    readonly route: string;
    /** SHA-256 of what was sent, compared as JSON values: neither spaces nor the order of members count. */
    readonly requestHash: Buffer;
  } | null;
}

/** The submission of the request, in the handler of a POST of the public API, for `Submissions.run`. */
export const CurrentSubmission = createParamDecorator((_data: unknown, context: ExecutionContext): Submission => {
  return submissionOf(context.switchToHttp().getRequest<FastifyRequest>());
});

function submissionOf({ raw, method, routeOptions, params, body }: FastifyRequest): Submission {
  const values = raw.headersDistinct['idempotency-key'];
  if (values === undefined) return { keyed: null };
  const key = parseIdempotencyKey(values);
  // The body as it was read: the strict parser lets nothing pass but JSON.
  const request = canonicalJson({ params: { ...(params as object) }, body: (body ?? null) as JsonValue });
  const requestHash = createHash('sha256').update(request).digest();
  return { keyed: { key, route: `${method} ${routeOptions.url ?? ''}`, requestHash } };
}
