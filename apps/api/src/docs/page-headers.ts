import type { FastifyReply } from 'fastify';

/** Nothing but what this server has itself, and no script that stands in a page. */
const contentSecurityPolicy = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self' data:`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

export function preparePage(reply: FastifyReply, mediaType: 'text/html' | 'text/markdown' | 'text/plain'): void {
  reply.headers({
    'Content-Type': `${mediaType}; charset=utf-8`,
    'Content-Security-Policy': contentSecurityPolicy,
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'public, max-age=300',
  });
}
