import fc from 'fast-check';
import type { Operation } from './document.js';
import { hostileText, hostileValue, valueOf, type Known } from './values.js';

/** What is sent: as much of it as can be written down. */
export interface FuzzRequest {
  operation: Operation | null;
  method: string;
  /** Path and query as they go over the wire. */
  target: string;
  headers: Record<string, string>;
  body: string | null;
}

export interface Credentials {
  /** May do everything. */
  full: string;
  others: readonly string[];
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** Requests from the document and against it. The credentials are read when a request is made. */
export function requestsOf(operations: readonly Operation[], known: Known): fc.Arbitrary<FuzzRequest> {
  // Made once: an arbitrary costs more to make than a request does.
  const documented = fc.oneof(...operations.map((operation) => requestOf(operation, known)));
  const astray = fc
    .tuple(fc.constantFrom(...methods), fc.array(piece, { maxLength: 6 }), headersOf(null), fc.option(hostileText))
    .map(([method, pieces, headers, body]) => ({
      ...{ operation: null, method, headers, body },
      target: `/${pieces.map(wireText).join('')}`,
    }));
  return fc.oneof({ weight: 19, arbitrary: documented }, { weight: 1, arbitrary: astray });
}

const piece = fc.oneof(
  fc.constantFrom(
    'api',
    '/',
    '//',
    'v1',
    'v2',
    'contacts',
    'me',
    'app',
    'health',
    '?',
    '#',
    '%2f',
    '..',
    ';',
    '&',
    '%',
  ),
  hostileText,
);

function requestOf(operation: Operation, known: Known): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      method: fc.oneof(
        { weight: 19, arbitrary: fc.constant(operation.method) },
        { weight: 1, arbitrary: fc.constantFrom(...methods) },
      ),
      path: pathOf(operation, known),
      query: queryOf(operation, known),
      headers: headersOf(operation),
      body: bodyOf(operation, known),
    })
    .map(({ path, query, ...rest }) => ({ operation, target: `${path}${query}`, ...rest }));
}

const prefixes = { contacts: 'con_', bookings: 'bkg_', tasks: 'tsk_' };

function pathOf({ path }: Operation, known: Known): fc.Arbitrary<string> {
  const names = path.match(/\{\w+\}/g) ?? [];
  const prefix = Object.entries(prefixes).find(([resource]) => path.includes(resource))?.[1] ?? '';
  const segment = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...known.own.filter((id) => id.startsWith(prefix))) },
    { weight: 4, arbitrary: fc.constantFrom(...known.texts) },
    { weight: 1, arbitrary: hostileText.filter((text) => text !== '') },
  );
  return fc
    .tuple(...names.map(() => segment.map(encoded)))
    .map((segments) => segments.reduce((text, value) => text.replace(/\{\w+\}/, () => value), path));
}

function queryOf({ parameters }: Operation, known: Known): fc.Arbitrary<string> {
  const own = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => {
      const value = fc.oneof({ weight: 9, arbitrary: valueOf(schema, known) }, { weight: 1, arbitrary: hostileText });
      const pair = value.map((given) => [name, given] as const);
      return fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: pair });
    });
  const others = fc.tuple(
    fc.oneof(fc.constantFrom('page', 'limit', 'q', 'access_token', 'a[b]', 'workspaceId'), hostileText),
    hostileText,
  );
  return fc
    .tuple(fc.tuple(...own), fc.array(others, { maxLength: 1 }), fc.integer({ min: 0, max: 9 }))
    .map(([given, more, luck]) => {
      // Of ten queries with something foreign in them nine would be refused for that alone.
      const all = [...given, ...(luck === 0 ? more : [])].filter((pair) => pair !== null);
      const text = all.map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`).join('&');
      return text === '' ? '' : `?${text}`;
    });
}

function bodyOf({ method, body }: Operation, known: Known): fc.Arbitrary<string | null> {
  const broken = fc.oneof(
    hostileText,
    fc.constantFrom(
      'null',
      '[]',
      '{',
      '{"a":1}{}',
      '"a"',
      '[{}]',
      '{"__proto__":{}}',
      `${'['.repeat(5_000)}`,
      '{"a":1e999}',
    ),
    hostileValue.map(textOf),
  );
  if (!body)
    return method === 'GET'
      ? fc.option(broken, { freq: 30 }).map((text) => (text === null ? null : null))
      : fc.option(broken);
  return fc.oneof(
    { weight: 18, arbitrary: valueOf(body, known).map(textOf) },
    { weight: 1, arbitrary: broken },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

function headersOf(operation: Operation | null): fc.Arbitrary<Record<string, string>> {
  const sometimes = (values: fc.Arbitrary<string>, others = 6) =>
    fc.oneof({ weight: others, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: values });
  const isWrite = operation !== null && operation.body !== null;
  return fc
    .record({
      'content-type': isWrite
        ? fc.oneof(
            { weight: 24, arbitrary: fc.constant('application/json') },
            {
              weight: 1,
              arbitrary: fc.constantFrom('text/plain', 'application/json; charset=utf-16', 'a', 'application/jsonp'),
            },
          )
        : sometimes(fc.constantFrom('application/json', 'text/plain')),
      'content-encoding': sometimes(fc.constantFrom('gzip', 'identity', 'x'), 40),
      'idempotency-key': sometimes(
        fc.oneof(fc.uuid(), fc.uuid(), fc.constantFrom('k1', '"k1"', '"', 'a'.repeat(256)), hostileText),
        3,
      ),
      'if-match': sometimes(fc.oneof(fc.constantFrom('*', '"x"', 'W/"x"', '"', 'x'), hostileText), 8),
      'if-none-match': sometimes(fc.oneof(fc.constantFrom('*', '"x"', 'W/"x"', '"', 'x'), hostileText), 8),
      'x-request-id': sometimes(fc.oneof(fc.constantFrom('a', 'x'.repeat(129)), hostileText)),
      'x-forwarded-for': fc.oneof(fc.ipV4(), fc.ipV6(), hostileText),
      'user-agent': sometimes(hostileText),
      range: sometimes(fc.constantFrom('bytes=0-1', 'x'), 40),
      origin: sometimes(hostileText, 40),
      // Which credential it is: most may do everything.
      authorization: fc.oneof(
        { weight: 16, arbitrary: fc.constant('full') },
        { weight: 4, arbitrary: fc.nat(20).map((index) => `other ${index}`) },
        { weight: 1, arbitrary: hostileText },
      ),
    })
    .map((headers) =>
      Object.fromEntries(
        Object.entries(headers)
          .filter((entry): entry is [string, string] => entry[1] !== undefined)
          .map(([name, value]) => [name, wireHeader(value)]),
      ),
    );
}

/** The header that the request's choice of credential stands for. */
export function authorizationOf(choice: string, { full, others }: Credentials): string {
  if (choice === 'full') return `Bearer ${full}`;
  const index = /^other (\d+)$/.exec(choice)?.[1];
  return index === undefined ? choice : `Bearer ${others[Number(index) % others.length] ?? ''}`;
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%EF%BF%BD', '%ED%A0%80');
}

/** Node sends nothing but visible ASCII in a target; what is not is percent-encoded. */
function wireText(text: string): string {
  return text.replaceAll(/[^!-~]/g, (character) => encoded(character));
}

function wireHeader(text: string): string {
  return text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}
