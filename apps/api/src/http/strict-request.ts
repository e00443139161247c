import { AppError } from '@calkeep/platform';
import type { FastifyRequest } from 'fastify';
import { unknownField } from './unknown-field.js';

/** Headers of which a second one makes the request ambiguous. Node keeps the first and says nothing. */
const singleHeaders = new Set(['host', 'authorization', 'content-type']);
const singleHeaderLengths = new Set([...singleHeaders].map(({ length }) => length));

/** RFC 9110, section 4.1, asks for 8,000 at least. */
const targetLengthMax = 8_192;

/**
 * Step 0: what Node and Fastify let pass and this API does not (RFC 9112, section 3.2, and RFC 3986, section 2.1).
 * @throws AppError `invalid_request`, `uri_too_long`
 */
export function refuseAmbiguousRequest({ raw }: FastifyRequest): void {
  // Node would refuse this one itself, outside of the envelope.
  if (raw.headers.host === undefined && raw.httpVersion !== '1.0')
    throw new AppError('invalid_request', { message: 'The host header is missing.' });
  refuseRepeatedHeaders(raw.rawHeaders);
  refuseMalformedTarget(raw.url ?? '');
}

/**
 * Step 6: only reads have query parameters, and their schemas say which; everywhere else any is unknown.
 * @throws AppError `invalid_request`
 */
export function refuseQueryOfWrite({ method, query }: FastifyRequest): void {
  if (method === 'GET' || method === 'HEAD') return;
  const [name] = Object.keys(query as object);
  if (name !== undefined) throw new AppError('invalid_request', { details: [unknownField(name)] });
}

function refuseRepeatedHeaders(rawHeaders: readonly string[]): void {
  const name = repeatedHeader(rawHeaders);
  if (name !== null) throw new AppError('invalid_request', { message: `The ${name} header must come once.` });
}

/** The name of the first header that must come once and does not. */
export function repeatedHeader(rawHeaders: readonly string[]): string | null {
  let seen: Set<string> | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    // They have few enough lengths to pass over nearly every header without lowering it.
    if (!singleHeaderLengths.has(name.length)) continue;
    const lower = name.toLowerCase();
    if (!singleHeaders.has(lower)) continue;
    seen ??= new Set();
    if (seen.has(lower)) return lower;
    seen.add(lower);
  }
  return null;
}

/** @throws AppError `uri_too_long`, `invalid_request` */
export function refuseMalformedTarget(url: string): void {
  if (url.length > targetLengthMax) throw new AppError('uri_too_long');
  // The router would end the path there and take the rest for a query.
  if (url.includes('#'))
    throw new AppError('invalid_request', { message: 'The request target must not hold a fragment.' });
  if (!url.includes('%')) return;
  let decoded: string;
  try {
    decoded = decodeURIComponent(url);
  } catch (cause) {
    throw new AppError('invalid_request', { message: 'The request target is not valid percent-encoded UTF-8.', cause });
  }
  if (decoded.includes('\0'))
    throw new AppError('invalid_request', { message: 'The request target must not hold NUL.' });
}
