import { AppError } from '@calkeep/platform';
import type { FastifyRequest } from 'fastify';

const safeMethods = new Set(['GET', 'HEAD']);

/**
 * No page of another site may change anything with a person's cookie. A foreign page cannot send the header
 * without asking first, which nothing here answers; the origin, where the browser tells it, must be ours.
 * @param allowedOrigins beside the one under which the request reached us.
 * @throws AppError `csrf`
 */
export function refuseCrossSite(request: FastifyRequest, allowedOrigins: ReadonlySet<string>): void {
  if (safeMethods.has(request.method)) return;
  const { origin } = request.headers;
  const isFromHere =
    origin === undefined || allowedOrigins.has(origin) || origin === `${request.protocol}://${request.headers.host}`;
  if (!isFromHere || request.headers['x-calkeep-csrf'] !== '1') throw new AppError('csrf');
}
