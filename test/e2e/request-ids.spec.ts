import { meta } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { startApi } from '../support/api-process.js';
import { aToken } from '../support/builders.js';
import { callerOf } from '../support/client.js';
import { sendRaw } from '../support/raw-http.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const { secret } = await aToken();
const accepted = ['a', '0', 'A-b_c.d:e', 'req_01jd3', '...', '4bf92f3577b34da6a3ce929d0e0e4736', 'x'.repeat(128)];
const ignored = [
  'x'.repeat(129),
  'x'.repeat(10_000),
  '',
  ' ',
  'a b',
  'a,b',
  'a/b',
  '"},{"level":60',
  '[31mred',
  'é',
  'a\tb',
  '{{7*7}}',
  '${jndi:ldap://x}',
  '%0d%0aX: y',
  '<b>',
];
/** Node's client would not send it. */
const escapeCode = '\u001b[31m';

it.each(accepted)('a caller’s own id %s comes back, beside ours', async (id) => {
  const answers = [
    await api.call('/api/v1/me', { token: secret, headers: { 'X-Request-Id': id } }),
    await api.call('/api/v1/me', { headers: { 'X-Request-Id': id } }),
    await api.call('/api/v1/nothing', { headers: { 'X-Request-Id': id } }),
  ];
  for (const answer of answers) {
    expect(answer.headers['x-request-id']).toBe(id);
    expect(metaOf(answer.text).clientRequestId).toBe(id);
    expect(answer.headers['x-calkeep-request-id']).not.toBe(id);
  }
});

it('one that is not well-formed is ignored without an error', async () => {
  for (const id of ignored) {
    const answer = await api.call('/api/v1/me', { token: secret, headers: { 'X-Request-Id': id } });
    expect(answer.status, id).toBe(200);
    expect(answer.headers).not.toHaveProperty('x-request-id');
    expect(metaOf(answer.text)).not.toHaveProperty('clientRequestId');
  }
  const twice = await sendRaw(
    api.process.baseUrl,
    'GET /api/v1/nothing HTTP/1.1',
    'Host: a',
    'Connection: close',
    'X-Request-Id: a',
    'X-Request-Id: b',
    '',
    '',
  );
  expect(twice.head).not.toMatch(/^x-request-id:/im);
});

it('ours are new for each request, and sort by time', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 20; count++) ids.push(metaOf((await api.call('/api/v1/nothing')).text).requestId);
  expect(new Set(ids).size).toBe(20);
  expect(ids.map((id) => id.slice(0, 14))).toEqual(ids.map((id) => id.slice(0, 14)).sort());
});

it('every line of the log stays one JSON object, with our id and what of the caller’s was well-formed', async () => {
  const own = await startApi();
  const call = callerOf(own.baseUrl);
  const requestIds: string[] = [];
  for (const id of [...accepted, ...ignored])
    requestIds.push(
      metaOf((await call('/api/v1/nothing', { headers: { 'X-Request-Id': id, 'User-Agent': '"},{"level":60' } })).text)
        .requestId,
    );
  await sendRaw(own.baseUrl, 'GET /api/v1/%0d%0a{"level":60} HTTP/1.1', 'Host: a', 'Connection: close', '', '');
  await sendRaw(
    own.baseUrl,
    'GET /api/v1/me HTTP/1.1',
    'Host: a',
    'Connection: close',
    `X-Request-Id: ${escapeCode}`,
    `User-Agent: ${escapeCode}`,
    '',
    '',
  );
  await own.stop();

  const lines = own
    .logs()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: number; requestId?: string; clientRequestId?: string });

  for (const line of lines) expect(line.level).toBeLessThan(50);
  const logged = lines.filter(({ requestId }) => requestId !== undefined && requestIds.includes(requestId));
  expect(logged.map(({ requestId }) => requestId)).toEqual(requestIds);
  expect(logged.flatMap(({ clientRequestId }) => clientRequestId ?? [])).toEqual(accepted);
});

function metaOf(text: string) {
  return meta.parse((JSON.parse(text) as { meta: unknown }).meta);
}
