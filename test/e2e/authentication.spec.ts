import { crc32 } from 'node:zlib';
import { mintApiToken } from '@calkeep/security';
import { describe, expect, it } from 'vitest';
import { encodeBase62 } from '../../libs/security/src/base62.js';
import { startApi } from '../support/api-process.js';
import { aToken } from '../support/builders.js';
import { callerOf, type Answer } from '../support/client.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const realm = 'Bearer realm="calkeep"';
const yesterday = new Date(Date.now() - 86_400_000);

describe('a request without a credential', () => {
  it.each([
    ['no Authorization header', {}],
    ['an empty one', { Authorization: '' }],
    ['Basic', { Authorization: 'Basic dXNlcjpwYXNz' }],
    ['another scheme', { Authorization: 'Token ck_live_x' }],
    ['a scheme that only begins alike', { Authorization: 'BearerToken abc' }],
    ['no scheme', { Authorization: mintApiToken('live').secret }],
  ])('that has %s is told the scheme and no error', async (_what, headers) => {
    const answer = await api.call('/api/v1/me', { headers });
    expect(answer.status).toBe(401);
    expect(answer.error.code).toBe('invalid_token');
    expect(answer.headers['www-authenticate']).toBe(realm);
    expectNoRateHeaders(answer);
  });
});

it('takes the scheme in any case, and one space or more behind it', async () => {
  const token = await aToken();
  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR', 'Bearer   ']) {
    const answer = await api.call('/api/v1/me', { headers: { Authorization: `${scheme} ${token.secret}` } });
    expect(answer.status, scheme).toBe(200);
  }
});

it('tells who sends "Bearer" twice that it does', async () => {
  const { secret } = await aToken();
  for (const header of [`Bearer Bearer ${secret}`, `bearer bearer ${secret}`]) {
    const answer = await api.call('/api/v1/me', { headers: { Authorization: header } });
    expect(answer.status).toBe(401);
    expect(answer.error.message).toContain('"Bearer" twice');
    expect(answer.headers['www-authenticate']).toBe(`${realm}, error="invalid_token"`);
  }
});

it('answers every credential that is not good alike, byte for byte, whatever is wrong with it', async () => {
  const good = await aToken();
  const bad = {
    unknown: mintApiToken('live').secret,
    'unknown of the sandbox': mintApiToken('test').secret,
    expired: (await aToken({ expiresAt: yesterday })).secret,
    'expired of the sandbox': (await aToken({ expiresAt: yesterday, mode: 'test' })).secret,
    revoked: (await aToken({ revokedAt: yesterday })).secret,
    disabled: (await aToken({ disabledAt: yesterday })).secret,
    'of the other environment': inOtherMode(good.secret),
    'with a wrong checksum': withLastCharacterChanged(good.secret),
    'too short': good.secret.slice(0, -1),
    'too long': `${good.secret}0`,
    'in capitals': good.secret.toUpperCase(),
    'with another behind it': `${good.secret} ${good.secret}`,
    'in quotes': `"${good.secret}"`,
    'after a tab': `\t${good.secret}`,
    'without a prefix': good.secret.slice(8),
    'of Latin-1': 'é'.repeat(50),
    empty: '',
    '8 KB': 'a'.repeat(8_192),
  };
  const answers = await Promise.all(
    Object.entries(bad).map(async ([what, secret]) => ({
      what,
      answer: await api.call('/api/v1/me', { token: secret }),
    })),
  );

  const [first] = answers.map(({ answer }) => withoutIds(answer));
  for (const { what, answer } of answers) {
    expect(withoutIds(answer), what).toEqual(first);
    expectNoRateHeaders(answer);
  }
  expect(first).toMatchObject({ status: 401, headers: { 'www-authenticate': `${realm}, error="invalid_token"` } });
  expect((await api.call('/api/v1/me', { token: good.secret })).status).toBe(200);
});

it('takes a token from the header alone, and has it in no log wherever else it was sent', async () => {
  const own = await startApi();
  const call = callerOf(own.baseUrl);
  const { secret } = await aToken();
  const body = JSON.stringify({ access_token: secret, token: secret });

  const answers = [
    await call(`/api/v1/me?access_token=${secret}`),
    await call(`/api/v1/me?token=${secret}`),
    await call('/api/v1/me', { headers: { Cookie: `access_token=${secret}; token=${secret}` } }),
    await call('/api/v1/me', { body }),
    await call('/api/v1/me', { headers: { 'X-Api-Key': secret, 'Proxy-Authorization': `Bearer ${secret}` } }),
  ];
  const others = [
    await call(`/api/v1/contacts/${secret}`, { token: secret }),
    await call(`/api/v1/${secret}`),
    await call('/api/v1/me', { method: 'POST', body }),
    await call('/api/v1/me', {
      headers: { 'X-Request-Id': secret.slice(0, 20), 'User-Agent': secret, Authorization: `Basic ${secret}` },
    }),
    await call('/api/v1/me', { token: withLastCharacterChanged(secret) }),
    await call('/api/v1/me', { token: secret }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
  for (const answer of answers) expect(answer.headers['www-authenticate']).toBe(realm);
  for (const answer of [...answers, ...others]) expect(answer.text).not.toContain(secret.slice(12));
  await own.stop();
  const logs = own.logs();
  for (const { headers } of [...answers, ...others]) expect(logs).toContain(headers['x-calkeep-request-id']);
  expect(logs).not.toContain(secret.slice(20));
});

function withoutIds({ status, headers, text }: Answer) {
  return {
    status,
    headers: { ...headers, date: 'any', 'x-calkeep-request-id': 'any' },
    text: text.replaceAll(/req_[0-9a-z]{26}/g, 'any'),
  };
}

function expectNoRateHeaders({ headers }: Answer): void {
  for (const name of Object.keys(headers)) expect(name).not.toMatch(/rate-?limit|retry-after|token-expires/);
}

/** The same secret as one of the other mode would be, its checksum right. */
function inOtherMode(secret: string): string {
  const checked = `ck_test_${secret.slice(8, 44)}`;
  return checked + encodeBase62(crc32(checked), 6);
}

function withLastCharacterChanged(secret: string): string {
  return secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0');
}
