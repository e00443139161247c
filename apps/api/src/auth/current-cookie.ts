import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clearSessionCookie, readSessionCookie, setSessionCookie } from '../http/session-cookie.js';

/** The session's cookie in the hands of a handler. */
export interface CookieJar {
  /** What the browser sent, whatever it is worth. */
  readonly secret: string | null;
  set(ticket: { secret: string; expiresAt: Date }): void;
  clear(): void;
}

export const CurrentCookie = createParamDecorator((_data: unknown, context: ExecutionContext): CookieJar => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const reply = http.getResponse<FastifyReply>();
  return {
    secret: readSessionCookie(request),
    set: (ticket) => setSessionCookie(request, reply, ticket),
    clear: () => clearSessionCookie(request, reply),
  };
});
