import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * The session's cookie. On HTTPS its name has the prefix `__Host-` (RFC 6265bis, section 4.1.3.2): no other
 * host, and no page that came over HTTP, can set it.
 */
export function readSessionCookie(request: FastifyRequest): string | null {
  const { cookie } = request.headers;
  return cookie === undefined ? null : (parseCookie(cookie)[nameFor(request)] ?? null);
}

export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { secret, expiresAt }: { secret: string; expiresAt: Date },
): void {
  set(request, reply, { value: secret, expires: expiresAt });
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  set(request, reply, { value: '', expires: new Date(0) });
}

function set(request: FastifyRequest, reply: FastifyReply, { value, expires }: { value: string; expires: Date }): void {
  const secure = request.protocol === 'https';
  const name = nameFor(request);
  reply.header(
    'Set-Cookie',
    stringifySetCookie({ name, value, expires, path: '/', httpOnly: true, sameSite: 'lax', secure }),
  );
}

function nameFor(request: FastifyRequest): string {
  return request.protocol === 'https' ? '__Host-calkeep_session' : 'calkeep_session';
}
