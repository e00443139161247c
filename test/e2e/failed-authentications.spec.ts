import { mintApiToken } from '@calkeep/security';
import { expect, it, onTestFinished } from 'vitest';
import { startApi } from '../support/api-process.js';
import { aToken } from '../support/builders.js';
import { callerOf, type Call } from '../support/client.js';
import { pause } from '../support/load.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { useApi } from '../support/use-api.js';
import { describeWithRedis, sharedRedisUrl } from '../support/with-redis.js';
import { serviceUrl } from '../support/service-url.js';

const api = useApi();

it('are limited to 60 a minute for an address, then answered with 429', async () => {
  const call = api.caller();
  const startedAt = performance.now();
  const { failures, braked } = await failUntilBraked(call);
  const refilled = Math.ceil((performance.now() - startedAt) / 1000);

  expect(failures).toBeGreaterThanOrEqual(60);
  expect(failures).toBeLessThanOrEqual(60 + refilled);
  expect(braked.error.code).toBe('rate_limited');
  expect(Number(braked.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(braked.headers).not.toHaveProperty('www-authenticate');
  expect(braked.headers).not.toHaveProperty('x-ratelimit-limit');
});

it('stop no valid token from the same address, and nobody at another', async () => {
  const token = await aToken();
  const call = api.caller();
  await failUntilBraked(call);

  expect((await call('/api/v1/me', { token: token.secret })).status).toBe(200);
  expect((await api.caller()('/api/v1/me', { token: 'bad' })).status).toBe(401);
});

it('count an IPv6 /64 as one address, and the next /64 as another', async () => {
  const network = `2001:db8:${process.pid.toString(16)}`;
  let host = 0;
  const call: Call = (path, options) =>
    api.call(path, { ...options, address: `${network}:1:${(++host).toString(16)}::1` });
  await failUntilBraked(call);

  expect((await api.call('/api/v1/me', { token: 'bad', address: `${network}:1:ffff:ffff:ffff:ffff` })).status).toBe(
    429,
  );
  expect((await api.call('/api/v1/me', { token: 'bad', address: `${network}:2::1` })).status).toBe(401);
});

it('are not what a request without a credential is', async () => {
  const call = api.caller();
  const answers = await Promise.all(Array.from({ length: 150 }, () => call('/api/v1/me')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  expect((await call('/api/v1/me', { token: 'bad' })).status).toBe(401);
});

describeWithRedis('a credential that cannot be a token', () => {
  it('is refused without a word to Redis or PostgreSQL', async () => {
    const [postgres, redis] = await Promise.all([
      TcpProxy.before(serviceUrl('appUrl')),
      TcpProxy.before(sharedRedisUrl()),
    ]);
    // Jobs have connections of their own, and talk on them without being asked.
    const env = { WORKER: 'separate', USAGE_SAMPLE_RATE: '0', USAGE_FLUSH_SECONDS: '3600' };
    const own = await startApi({
      databaseUrl: postgres.url(serviceUrl('appUrl')),
      redisUrl: redis.url(sharedRedisUrl()),
      env,
    });
    onTestFinished(async () => {
      await own.stop();
      await Promise.all([postgres.close(), redis.close()]);
    });
    const call = callerOf(own.baseUrl);
    const { secret } = await aToken();
    const wrong = secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0');
    const passagesOf = async (token: string) => {
      const passages = { postgres: 0, redis: 0 };
      passages.redis = (
        await redis.during(async () => {
          passages.postgres = (await postgres.during(() => call('/api/v1/me', { token }))).length;
        })
      ).length;
      return passages;
    };

    await call('/api/v1/me', { token: secret });
    await quiet(() => postgres.passages.length + redis.passages.length);
    for (const token of [wrong, '', 'a', secret.slice(1), `${secret}x`, `Bearer ${secret}`])
      expect(await passagesOf(token)).toEqual({ postgres: 0, redis: 0 });

    // The proxies do see what is looked up.
    expect((await passagesOf(mintApiToken('live').secret)).postgres).toBeGreaterThan(0);
    expect((await passagesOf(secret)).redis).toBeGreaterThan(0);
  });
});

/** Resolves once nothing has been added for half a second: what a start, or a use, leaves to be done is done. */
async function quiet(count: () => number): Promise<void> {
  for (let before = -1; before !== count();) {
    before = count();
    await pause(500);
  }
}

async function failUntilBraked(call: Call) {
  for (let failures = 0; failures < 600; failures++) {
    const answer = await call('/api/v1/me', { token: mintApiToken('live').secret.slice(1) });
    if (answer.status === 429) return { failures, braked: answer };
    expect(answer.status).toBe(401);
  }
  throw new Error('600 failures were not braked');
}
