import { randomInt } from 'node:crypto';
import { mintApiToken } from '@calkeep/security';
import { describe, expect, it } from 'vitest';
import { aToken } from '../support/builders.js';
import { sendRaw } from '../support/raw-http.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

/** Begins as a token and fails its checksum. */
function aMadeUpToken(): string {
  const { secret } = mintApiToken('live');
  return secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0');
}

const anAddress = () => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;

function get(target: string, ...headers: string[]) {
  const lines = [`GET ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''];
  return sendRaw(api.process.baseUrl, ...lines);
}

/** What differs from answer to answer, made the same. */
function comparable({ head, body }: { head: string; body: string }) {
  const [status, ...fields] = head.split('\r\n');
  const alike = (text: string) => text.replaceAll(/req_\w{26}/g, 'req').replace(/(?<=^date: ).*/i, '');
  return { status, fields: fields.map(alike).sort(), body: alike(body) };
}

describe('a made-up token that is refused before Fastify', () => {
  it.each(['/api/v1/me', '/api/v1/contacts?limit=5', '/api/v1/contacts/con_1', '/api/v1/me?unknown=1'])(
    'of %s gets the very answer of one that is not, header for header',
    async (target) => {
      const [authorization, address] = [`Authorization: Bearer ${aMadeUpToken()}`, anAddress()];
      // In another spelling of the scheme it always takes the long way, and so does the first of each target.
      const long = await get(target, authorization.replace('Bearer', 'bearer'), `X-Forwarded-For: ${address}`);
      const early = await get(target, authorization, `X-Forwarded-For: ${address}`);
      expect(long.status).toBe(401);
      expect(comparable(early)).toEqual(comparable(long));
    },
  );

  it('is counted by the brake with the others, by its own address', async () => {
    const call = api.caller();
    const token = aMadeUpToken();
    const statuses: number[] = [];
    for (let count = 0; count < 400 && statuses.at(-1) !== 429; count++)
      statuses.push((await call('/api/v1/me', { token: count % 2 === 0 ? token : token.slice(1) })).status);
    expect(statuses.length).toBeGreaterThan(60);
    const [long, early] = [await call('/api/v1/me', { token: 'x' }), await call('/api/v1/me', { token })];
    for (const { status, headers, error } of [long, early]) {
      expect([status, error.code]).toEqual([429, 'rate_limited']);
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(headers).not.toHaveProperty('www-authenticate');
    }
    expect(early.error.message).toBe(long.error.message);
    expect((await api.caller()('/api/v1/me', { token })).status).toBe(401);
  });

  it('is logged, and counted by the metrics, under its route', async () => {
    const target = `/api/v1/contacts/con_${randomInt(1_000_000)}`;
    const address = `X-Forwarded-For: ${anAddress()}`;
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      const answer = await get(target, `Authorization: Bearer ${aMadeUpToken()}`, address);
      ids.push(answer.error.requestId);
    }
    const lines = (await api.process.settledLogs()).split('\n').filter((line) => ids.some((id) => line.includes(id)));
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject(
      ids.map((requestId) => ({ requestId, method: 'GET', route: '/api/v1/contacts/:id', status: 401, level: 30 })),
    );
  });
});

describe('what comes before the token comes before it in any case', () => {
  it.each([
    ['a second Authorization', 400, '/api/v1/me', ['Authorization: Bearer x']],
    ['a second Host', 400, '/api/v1/me', ['Host: localhost']],
    ['a path that is none', 404, '/api/v1/mee', []],
    ['a path without its parameter', 404, '/api/v1/contacts/', []],
  ])('%s: %s', async (_what, status, target, headers) => {
    const own = [`Authorization: Bearer ${aMadeUpToken()}`, `X-Forwarded-For: ${anAddress()}`];
    for (let count = 0; count < 2; count++) {
      expect((await get('/api/v1/me', ...own)).status).toBe(401);
      expect((await get(target, ...own, ...headers)).status).toBe(status);
    }
  });

  it('an id of the caller’s own comes back, and a HEAD has no body', async () => {
    const [call, token] = [api.caller(), aMadeUpToken()];
    await call('/api/v1/me', { token });
    const named = await call('/api/v1/me', { token, headers: { 'X-Request-Id': 'mine' } });
    expect([named.status, named.headers['x-request-id']]).toEqual([401, 'mine']);
    const head = await call('/api/v1/me', { token, method: 'HEAD' });
    expect([head.status, head.text]).toEqual([401, '']);
    expect((await call('/api/v1/me', { token, method: 'PUT' })).status).toBe(405);
    expect((await call('/api/v1/me', { token: (await aToken()).secret })).status).toBe(200);
  });
});
