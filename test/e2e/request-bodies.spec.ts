import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { newId } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { aToken, type TestToken } from '../support/builders.js';
import { openRaw, parseRaw, sendRaw, type RawAnswer } from '../support/raw-http.js';
import { rowsOf } from '../support/rows-of.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const token = await aToken();
/** Every kind of route that reads a body. */
const routes = [
  ['POST', '/api/v1/contacts'],
  ['PATCH', `/api/v1/contacts/${newId('contact')}`],
  ['POST', '/api/v1/explain'],
  ['POST', '/api/v1/token-revocations'],
] as const;
const json = 'Content-Type: application/json';

interface Sent {
  method: string;
  path: string;
  headers: readonly string[];
  body: string | Buffer;
  by?: TestToken;
}

async function send({ method, path, headers, body, by = token }: Sent): Promise<RawAnswer> {
  const bytes = Buffer.from(body);
  const { socket, received } = openRaw(api.process.baseUrl);
  const head = [
    ...[`${method} ${path} HTTP/1.1`, 'Host: a', `Authorization: Bearer ${by.secret}`, 'Connection: close'],
    ...headers,
    `Content-Length: ${bytes.length}`,
  ];
  socket.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]));
  return parseRaw(await received);
}

const nested = (levels: number) => `{"a":`.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);

describe.each(routes)('%s %s', (method, path) => {
  it.each<[string, readonly string[], string | Buffer]>([
    ['text', ['Content-Type: text/plain'], '{}'],
    ['a form', ['Content-Type: application/x-www-form-urlencoded'], 'firstName=Ada'],
    ['a multipart form', ['Content-Type: multipart/form-data; boundary=x'], '--x--'],
    ['XML', ['Content-Type: application/xml'], '<a/>'],
    ['something like JSON', ['Content-Type: application/jsonp'], '{}'],
    ['a kind of JSON of its own', ['Content-Type: application/merge-patch+json'], '{}'],
    ['two types in one', ['Content-Type: application/json, text/plain'], '{}'],
    ['no type at all', [], '{}'],
    ['an empty type', ['Content-Type: '], '{}'],
    ['UTF-16', ['Content-Type: application/json; charset=utf-16'], Buffer.from('{}', 'utf16le')],
    ['Latin-1', ['Content-Type: application/json; charset="iso-8859-1"'], '{}'],
    ['a second charset behind the first', ['Content-Type: application/json; charset=utf-8; charset=utf-7'], '{}'],
    ['gzip', [json, 'Content-Encoding: gzip'], gzipSync('{}')],
    ['a bomb', [json, 'Content-Encoding: gzip'], gzipSync(`{"a":"${'a'.repeat(50_000_000)}"}`)],
    ['a coding that hides nothing', [json, 'Content-Encoding: deflate, identity'], '{}'],
  ])('answers a body that is %s with 415', async (_what, headers, body) => {
    const answer = await send({ method, path, headers, body });
    expect([answer.status, answer.error.code]).toEqual([415, 'unsupported_media_type']);
  });

  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['null', 'null'],
    ['an array', '[]'],
    ['a string', '"a"'],
    ['a number', '1'],
    ['true', 'true'],
    ['a byte order mark', Buffer.from('﻿{}')],
    ['cut', '{"a":'],
    ['two objects', '{}{}'],
    ['JavaScript', "{a:'b'}"],
    ['JSON with a comment', '{}//'],
    ['a number that is none', '{"a":NaN}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0x61, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['overlong UTF-8', Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d])],
    ['a surrogate in UTF-8', Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
    ['NUL in a value', '{"firstName":"a\\u0000"}'],
    ['NUL in a key', '{"a\\u0000":1}'],
    ['NUL far within', '{"tags":["a",["\\u0000"]]}'],
    ['raw NUL', '{"firstName":"\0"}'],
    ['a lone high surrogate', '{"firstName":"\\ud800"}'],
    ['a lone low surrogate', '{"firstName":"\\udc00a"}'],
    ['a lone surrogate in a key', '{"\\ud800":1}'],
    ['__proto__', '{"__proto__":{"isAdmin":true}}'],
    ['__proto__, escaped', '{"\\u005f_proto\\u005f_":{"isAdmin":true}}'],
    ['__proto__ within', '{"customFields":{"__proto__":{"isAdmin":true}}}'],
    ['constructor.prototype', '{"constructor":{"prototype":{"isAdmin":true}}}'],
    ['prototype keys in an array', '{"tags":[{"constructor":{}}]}'],
    ['33 levels deep', nested(33)],
    ['130,000 levels deep', '['.repeat(130_000) + ']'.repeat(130_000)],
    ['130,000 levels deep and cut', '{"a":'.repeat(40_000)],
    ['a number beyond all', '{"a":1e999}'],
    ['23,000 keys', `{${Array.from({ length: 23_000 }, (_, index) => `"k${index}":1`).join()}}`],
  ])('answers a body that is or has %s with 400', async (_what, body) => {
    const answer = await send({ method, path, headers: [json], body });
    expect([answer.status, answer.error.code]).toEqual([400, 'invalid_request']);
    expect(answer.error).not.toHaveProperty('stack');
    expect(Object.prototype).not.toHaveProperty('isAdmin');
  });

  it('answers a body over 256 KiB with 413, whether its length is told or not, and takes one of just that size', async () => {
    const limit = 256 * 1024;
    const sized = (bytes: number) => `{"unknown":"${'a'.repeat(bytes - 14)}"}`;
    expect((await send({ method, path, headers: [json], body: sized(limit) })).status).toBe(400);
    const over = await send({ method, path, headers: [json], body: sized(limit + 1) });
    expect([over.status, over.error.code]).toEqual([413, 'payload_too_large']);
    const chunk = 'a'.repeat(0x8000);
    const chunked = await sendRaw(
      api.process.baseUrl,
      ...[`${method} ${path} HTTP/1.1`, 'Host: a', `Authorization: Bearer ${token.secret}`, json],
      ...['Transfer-Encoding: chunked', 'Connection: close', ''],
      ...Array.from({ length: 9 }, () => ['8000', chunk]).flat(),
      ...['0', '', ''],
    );
    expect([chunked.status, chunked.error.code]).toEqual([413, 'payload_too_large']);
  });

  it('refuses a second type with 400', async () => {
    const answer = await send({ method, path, headers: [json, 'content-type: text/plain'], body: '{}' });
    expect([answer.status, answer.error.message]).toEqual([400, 'The content-type header must come once.']);
  });

  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
  ])('reads %s', async (type) => {
    const answer = await send({ method, path, headers: [`Content-Type: ${type}`], body: '{"unknown":1}' });
    expect([answer.status, answer.body.includes('unknown_field')]).toEqual([400, true]);
  });
});

it('nothing that is refused leaves anything behind', async () => {
  const by = await aToken();
  const before = await rowsOf(by.workspace);
  for (const [method, path] of routes)
    for (const [headers, body] of [
      [['Content-Type: text/plain'], '{"firstName":"Ada"}'],
      [[json, 'Content-Encoding: gzip'], gzipSync('{"firstName":"Ada"}')],
      [[json], '{"firstName":"a\\u0000"}'],
      [[json], '{"firstName":"Ada","__proto__":{}}'],
      [[json], '[{"firstName":"Ada"}]'],
    ] as const)
      expect((await send({ method, path, headers, body, by })).status).toBeGreaterThanOrEqual(400);
  expect(await rowsOf(by.workspace)).toEqual(before);
});

it('a flood without end is cut as soon as it is over the limit, and the memory stays flat', async () => {
  const before = await residentBytes(api.process.pid);
  for (let count = 0; count < 20; count++) {
    const { socket, received } = openRaw(api.process.baseUrl);
    // The answer may be lost to the reset that bytes without a reader bring.
    const answered = received.then(parseRaw, () => null);
    socket.write(
      [
        ...['POST /api/v1/contacts HTTP/1.1', 'Host: a', `Authorization: Bearer ${token.secret}`, json],
        ...['Transfer-Encoding: chunked', '', ''],
      ].join('\r\n'),
    );
    const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
    let sentBytes = 0;
    while (socket.writable && sentBytes < 64 * 1024 * 1024) {
      sentBytes += chunk.length;
      if (!socket.write(chunk)) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve));
    }
    expect([413, undefined]).toContain((await answered)?.status);
    expect(sentBytes).toBeLessThan(32 * 1024 * 1024);
  }
  expect((await residentBytes(api.process.pid)) - before).toBeLessThan(64 * 1024 * 1024);
});

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
