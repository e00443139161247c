import { AppError } from '@calkeep/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { refusal, refuseExcess } from './json-excess.js';

const depthMax = 32;
/** Members and items, at any depth: nearly twice what the largest valid body has. */
const valuesMax = 1_000;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Step 6a: the only bodies are JSON objects in UTF-8 (RFC 8259). Everything else is 415, and JSON that
 * PostgreSQL or JavaScript would trip over is 400: NUL, lone surrogates, prototype keys, depths without end.
 */
export function acceptOnlyStrictJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const { access } = request.routeOptions.config;
      const isRaw = access?.kind === 'public' && access.hasRawBody === true;
      done(null, isRaw ? body : parseStrictJson(body));
    } catch (error) {
      done(error instanceof AppError ? error : new AppError('internal_error', { cause: error }));
    }
  });
}

/**
 * Before anything of it is read: a body in another coding (RFC 9110, section 8.4) would have to be unpacked, to
 * nobody knows what size, and one in another charset would be taken for something else.
 * @throws AppError `unsupported_media_type`
 */
export function refuseCodedBody({ method, headers }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  const { 'content-encoding': coding = 'identity', 'content-type': type = '' } = headers;
  const charsets = [...type.matchAll(/;\s*charset\s*=\s*"?([^";\s]*)/gi)].map(([, charset = '']) => charset);
  const isPlain = coding.toLowerCase() === 'identity' && charsets.every((charset) => charset.toLowerCase() === 'utf-8');
  if (!isPlain) throw new AppError('unsupported_media_type');
}

/** @throws AppError `invalid_request` */
export function parseStrictJson(body: string | Buffer): unknown {
  const text = decode(body);
  refuseExcess(text, { depth: depthMax, values: valuesMax });
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refusal('The body must be a JSON object.');
  check(value);
  return value;
}

/** The same for a body that somebody else laid down: any JSON value. @throws AppError `invalid_request` */
export function parseStrictValue(body: string | Buffer): unknown {
  const text = decode(body);
  refuseExcess(text, { depth: depthMax, values: Infinity });
  const value = parse(text);
  check(value);
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
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refusal('The body is not valid JSON.', cause);
  }
}

function check(value: unknown): void {
  if (typeof value === 'string') return checkString(value);
  // JSON has no infinity, and what JavaScript makes of 1e999 cannot be written as JSON again.
  if (value === Infinity || value === -Infinity) throw refusal('A number is too large.');
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) for (const key of Object.keys(value)) checkKey(key);
  // Not deep: what is was refused before it was parsed.
  for (const member of Object.values(value)) check(member);
}

function checkKey(key: string): void {
  if (forbiddenKeys.has(key)) throw refusal('The body has a key that is not allowed.');
  checkString(key);
}

function checkString(text: string): void {
  if (text.includes('\0')) throw refusal('Strings must not hold NUL.');
  if (!text.isWellFormed()) throw refusal('Strings must not hold lone surrogates.');
}
