import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Step 9: one line a request. Never headers, bodies, queries or the path itself: the route's pattern says
 * where the request went, and nothing that a caller sent can carry a secret into the log.
 */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const { context } = request;
  request.log.info({
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 100) / 100,
    clientRequestId: context?.clientRequestId,
    workspaceId: context?.admission?.principal.homeWorkspaceId ?? context?.membership?.workspaceId,
    tokenId: context?.admission?.principal.subject.id,
    userId: context?.session?.user.id,
  });
}

/**
 * Fastify's childLoggerFactory: none. A child of the logger for every request, made to add the id to the one line that nearly
 * all of them write, cost as much as the line.
 */
export function sharedLogger(logger: FastifyBaseLogger): FastifyBaseLogger {
  return logger;
}
