import type { FastifyReply } from 'fastify';
import type { QuotaState } from './credential-resolver.js';

/**
 * Both families of rate headers: the IETF's (draft-ietf-httpapi-ratelimit-headers-10) name each limit, the
 * X- ones tell of the limit that is nearer.
 */
export function setRateHeaders(
  reply: FastifyReply,
  { token, workspace }: { token: QuotaState; workspace: QuotaState },
): void {
  const nearer = workspace.remaining < token.remaining ? workspace : token;
  reply.headers({
    'RateLimit-Policy': `${policy('token', token)}, ${policy('workspace', workspace)}`,
    RateLimit: `${state('token', token)}, ${state('workspace', workspace)}`,
    'X-RateLimit-Limit': nearer.quota.requests,
    'X-RateLimit-Remaining': nearer.remaining,
    'X-RateLimit-Reset': nearer.resetSeconds,
  });
}

function policy(name: string, { quota }: QuotaState): string {
  return `"${name}";q=${quota.requests};w=${quota.windowSeconds}`;
}

function state(name: string, { remaining, resetSeconds }: QuotaState): string {
  return `"${name}";r=${remaining};t=${resetSeconds}`;
}
