import { AppError } from '@calkeep/platform';
import type { FastifyInstance } from 'fastify';

const depthMax = 32;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Step 6a: the only bodies are JSON objects in UTF-8 (RFC 8259). Everything else is 415, and JSON that
 * PostgreSQL or JavaScript would trip over is 400: NUL, lone surrogates, prototype keys, depths without end.
 */
export function acceptOnlyStrictJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      refuseOtherCharsets(request.headers['content-type'] ?? '');
      const { access } = request.routeOptions.config;
      const isRaw = access?.kind === 'public' && access.hasRawBody === true;
      done(null, isRaw ? body : parseStrictJson(body));
    } catch (error) {
      done(error instanceof AppError ? error : new AppError('internal_error', { cause: error }));
    }
  });
}

function refuseOtherCharsets(contentType: string): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') throw new AppError('unsupported_media_type');
}

/** @throws AppError `invalid_request` */
export function parseStrictJson(body: string | Buffer): unknown {
  const value = parseStrictValue(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refusal('The body must be a JSON object.');
  return value;
}

/** The same for a body that somebody else laid down: any JSON value. @throws AppError `invalid_request` */
export function parseStrictValue(body: string | Buffer): unknown {
  const value = parse(decode(body));
  check(value, 1);
  return value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(body: string | Buffer): string {
  if (typeof body === 'string') return body;
  try {
    return utf8.decode(body);
  } catch (cause) {
    throw refusal('The body is not valid UTF-8.', cause);
  }
}

function parse(text: string): unknown {
  // JSON.parse is iterative in V8: depth costs it memory, not the stack, and the body's size bounds that.
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refusal('The body is not valid JSON.', cause);
  }
}

function check(value: unknown, depth: number): void {
  if (typeof value === 'string') return checkString(value);
  if (typeof value !== 'object' || value === null) return;
  if (depth > depthMax) throw refusal(`The body is nested deeper than ${depthMax} levels.`);
  if (Array.isArray(value)) {
    for (const item of value) check(item, depth + 1);
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    if (forbiddenKeys.has(key)) throw refusal('The body has a key that is not allowed.');
    checkString(key);
    check(member, depth + 1);
  }
}

function checkString(text: string): void {
  if (text.includes('\0')) throw refusal('Strings must not hold NUL.');
  if (!text.isWellFormed()) throw refusal('Strings must not hold lone surrogates.');
}

function refusal(message: string, cause?: unknown): AppError {
  return new AppError('invalid_request', { message, cause });
}
