import { newId } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { aToken } from '../support/builders.js';
import { openRaw, sendRaw, type RawAnswer } from '../support/raw-http.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const { secret } = await aToken();
const credential = `Authorization: Bearer ${secret}`;
const get = (target: string, ...headers: string[]) => [
  `GET ${target} HTTP/1.1`,
  'Host: api.example.com',
  'Connection: close',
  ...headers,
  '',
  '',
];
const post = (...headers: string[]) => [
  'POST /api/v1/contacts HTTP/1.1',
  'Host: api.example.com',
  credential,
  ...headers,
];
const send = (...lines: string[]) => sendRaw(api.process.baseUrl, ...lines);

describe('a message that two readers could read in two ways is refused with 400 and the connection closed', () => {
  it.each([
    ['both lengths', [...post('Content-Length: 5', 'Transfer-Encoding: chunked'), '', '0', '', '']],
    ['two lengths', [...post('Content-Length: 2', 'Content-Length: 3'), '', '{} ']],
    ['a list of lengths', [...post('Content-Length: 2, 2'), '', '{}']],
    ['a signed length', [...post('Content-Length: +2'), '', '{}']],
    ['a hexadecimal length', [...post('Content-Length: 0x2'), '', '{}']],
    ['a negative length', [...post('Content-Length: -2'), '', '{}']],
    ['an unknown transfer coding', [...post('Transfer-Encoding: xchunked'), '', '0', '', '']],
    ['a coding after chunked', [...post('Transfer-Encoding: chunked, identity'), '', '0', '', '']],
    ['a space before the colon', get('/api/v1/me', `Authorization : Bearer ${secret}`)],
    ['a folded header', get('/api/v1/me', credential, 'X-Note: a', ' b')],
    ['NUL in a header', get('/api/v1/me', credential, 'X-Note: a\0b')],
    ['bare line feeds', [get('/api/v1/me', credential).join('\n')]],
    ['raw bytes above ASCII in the target', get('/api/v1/contacts/\xc3\xa9', credential)],
    ['a target that is no path', get('api/v1/me', credential)],
    ['no HTTP at all', ['\x16\x03\x01\x02\x00\x01\x00\x01', '', '']],
    ['an unknown method', ['FOO /api/v1/me HTTP/1.1', 'Host: a', credential, '', '']],
    ['two Hosts', get('/api/v1/me', credential, 'Host: b')],
    ['no Host', ['GET /api/v1/me HTTP/1.1', credential, 'Connection: close', '', '']],
    ['two credentials', get('/api/v1/me', credential, 'authorization: Bearer x')],
    [
      'two credentials, the second behind a thousand headers',
      get('/api/v1/me', credential, ...Array.from({ length: 1_500 }, () => 'a: b'), 'AUTHORIZATION: Bearer x'),
    ],
  ])('%s', async (_what, lines) => {
    const answer = await send(...lines);
    expect(answer.status).toBe(400);
    expect(answer.error.code).toBe('invalid_request');
    expect(answer.head.toLowerCase()).toContain('connection: close');
    expectEnvelope(answer);
  });

  it('and what follows it on the connection is never read', async () => {
    const answer = await send(
      ...post('Content-Length: 2', 'Transfer-Encoding: chunked'),
      '',
      '0',
      '',
      ...get('/api/v1/me', credential),
    );
    expect(answer.head.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(answer.body).not.toContain('HTTP/1.1');
  });
});

describe('a target', () => {
  it.each([
    ['a malformed escape in an id', '/api/v1/contacts/%zz'],
    ['a cut escape', '/api/v1/contacts/%e0%a4%a'],
    ['invalid UTF-8', '/api/v1/contacts/%ff'],
    ['a surrogate in UTF-8', '/api/v1/contacts/%ed%a0%80'],
    ['a malformed escape where nothing is', '/nothing/%zz'],
    ['NUL in an id', '/api/v1/contacts/con_%00'],
    ['NUL where nothing is', '/%00'],
    ['a malformed escape in the query', '/api/v1/contacts?page=%zz'],
    ['invalid UTF-8 in the query', '/api/v1/contacts?page=%ff'],
    ['NUL in the query', '/api/v1/contacts?%00=1'],
    ['a fragment', '/api/v1/contacts#page=9'],
  ])('with %s is refused with 400', async (_what, target) => {
    const answer = await send(...get(target, credential));
    expect(answer.status).toBe(400);
    expect(answer.error.code).toBe('invalid_request');
    expectEnvelope(answer);
  });

  it.each([
    '//api/v1/me',
    '/api//v1/me',
    '/api/v1/me/',
    '/API/v1/me',
    '/api/v1/me;x=1',
    '/api/v1/contacts/',
    '/api/v1/%2e%2e%2fme',
    '/api/v1/x/../me',
    '/api/v1/./me',
    '/api/v1%2fme',
    '/api/v1/me%20',
    '/api/v1',
    '/api/v2/me',
    '/app/me',
    '/nothing',
    '*api/v1/me',
  ])('that is %s is not there, whoever asks', async (target) => {
    for (const headers of [[credential], []]) {
      const answer = await send(...get(target, ...headers));
      expect(answer.status).toBe(404);
      expect(answer.error.code).toBe('not_found');
    }
  });

  it.each([
    '/api/v1/contacts/a%2fb',
    '/api/v1/contacts/%2e%2e%2fme',
    '/api/v1/contacts/..%2f..%2fme',
    '/api/v1/contacts/x;y',
    '/api/v1/contacts/%5c',
  ])('that is %s is one id, and guarded as one', async (target) => {
    expect((await send(...get(target, credential))).status).toBe(404);
    expect((await send(...get(target))).status).toBe(401);
  });

  it('of up to 8 KiB is refused as what it is, unknown, and a longer one with 414', async () => {
    for (const [length, status] of [
      [101, 404],
      [257, 404],
      [8_192, 404],
      [8_193, 414],
      [10_000, 414],
    ] as const)
      for (const path of ['/api/v1/contacts/', '/api/v1/', '/'])
        expect((await send(...get(path.padEnd(length, 'a'), credential))).status, path + String(length)).toBe(status);
    const answer = await send(...get(`/api/v1/contacts?cursor=${'a'.repeat(10_000)}`, credential));
    expect([answer.status, answer.error.code]).toEqual([414, 'uri_too_long']);
    expectEnvelope(answer);
  });

  it('is never echoed', async () => {
    const targets = [
      '/<script>alert(1)</script>',
      '/api/v1/contacts/needle',
      '/api/v1/contacts?page=needle',
      '/%zzneedle',
      `/api/v1/contacts/${'needle'.repeat(50)}`,
    ];
    for (const target of targets) {
      const answer = await send(...get(target, credential));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.head + answer.body).not.toMatch(/script|needle/);
    }
  });
});

it('answers headers above 16 KB with 431', async () => {
  const answer = await send(...get('/api/v1/me', credential, `X-Note: ${'a'.repeat(17_000)}`));
  expect(answer.status).toBe(431);
  expect(answer.error.code).toBe('headers_too_large');
  expectEnvelope(answer);
  expect((await send(...get('/api/v1/me', credential, `X-Note: ${'a'.repeat(14_000)}`))).status).toBe(200);
});

it('serves HTTP/1.0, an absolute target, a useless Upgrade and an unknown expectation as what they ask for', async () => {
  for (const lines of [
    ['GET /api/v1/me HTTP/1.0', credential, '', ''],
    get('http://elsewhere.example.com/api/v1/me', credential),
    get('/api/v1/me', credential, 'Upgrade: websocket'),
    get('/api/v1/me', credential, 'Expect: cake'),
    get('/api/v1/me', credential, 'Content-Length: 7', '', 'ignored').slice(0, -2),
  ]) {
    const answer = await send(...lines);
    expect(answer.status, lines.join('|').replace(secret, '')).toBe(200);
    expect(answer.head + answer.body).not.toContain('elsewhere');
  }
});

it('answers every method of a path that exists with 405 and what is allowed, and of one that does not with 404', async () => {
  for (const method of ['OPTIONS', 'TRACE', 'PROPFIND', 'PURGE', 'M-SEARCH', 'DELETE', 'PUT', 'PATCH', 'POST']) {
    for (const path of ['/api/v1/bookings', `/api/v1/bookings/${newId('booking')}`, '/health/live']) {
      const answer = await send(`${method} ${path} HTTP/1.1`, 'Host: a', 'Connection: close', 'X-Note: needle', '', '');
      expect([answer.status, answer.error.code], `${method} ${path}`).toEqual([405, 'method_not_allowed']);
      expect(answer.head).toMatch(/^allow: GET, HEAD$/im);
      expect(answer.body).not.toContain('needle');
    }
    expect((await send(`${method} /nothing HTTP/1.1`, 'Host: a', 'Connection: close', '', '')).status).toBe(404);
  }
});

it('executes nothing on CONNECT', async () => {
  const { received, socket } = openRaw(api.process.baseUrl);
  socket.write(['CONNECT /api/v1/me HTTP/1.1', 'Host: a', credential, '', ''].join('\r\n'));
  expect(await received).not.toContain('200');
});

it('answers requests that were sent without waiting in their order', async () => {
  const { socket, received } = openRaw(api.process.baseUrl);
  const line = (path: string, last = false) =>
    [`GET ${path} HTTP/1.1`, 'Host: a', credential, `Connection: ${last ? 'close' : 'keep-alive'}`, '', ''].join(
      '\r\n',
    );
  socket.write(line('/api/v1/contacts') + line('/nothing') + line('/api/v1/me', true));
  const statuses = [...(await received).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(statuses).toEqual(['200', '404', '200']);
});

function expectEnvelope(answer: RawAnswer): void {
  const [, id] = /^x-calkeep-request-id: (\S+)\r?$/im.exec(answer.head) ?? [];
  expect(answer.error.requestId).toBe(id);
  expect(answer.head).toMatch(/^content-type: application\/json; charset=utf-8\r?$/im);
  expect(answer.head).toMatch(/^x-content-type-options: nosniff\r?$/im);
  expect(answer.head).not.toMatch(/^(server|x-powered-by):/im);
}
