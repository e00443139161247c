import { describe, expect, it } from 'vitest';
import { aToken } from '../support/builders.js';
import { useApi } from '../support/use-api.js';
import { serviceUrl } from '../support/service-url.js';

const metricsToken = 'a-token-for-the-metrics';
const hasRedis = serviceUrl('redisUrl') !== null;

describe('health', () => {
  const api = useApi();
  const alone = useApi({ redisUrl: 'none' });

  it('says that the process lives, to anybody', async () => {
    const answer = await api.call('/health/live');
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { status: 'live' }]);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers).toHaveProperty('x-calkeep-request-id');
  });

  it('says what requests are answered with', async () => {
    const answer = await api.call('/health/ready');
    expect(answer.status).toBe(200);
    const redis = hasRedis ? { redis: 'ok', limiter: 'shared' } : { redis: 'none', limiter: 'local' };
    expect(JSON.parse(answer.text)).toEqual({ status: 'ready', database: 'ok', ...redis });
  });

  it('is ready without Redis, and says that limits are local', async () => {
    const answer = await alone.call('/health/ready');
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      200,
      { status: 'ready', database: 'ok', redis: 'none', limiter: 'local' },
    ]);
  });
});

describe('metrics', () => {
  const open = useApi();
  const guarded = useApi({ env: { METRICS_TOKEN: metricsToken } });
  const read = async (api: typeof open, options: Parameters<typeof open.call>[1] = {}) =>
    api.call('/metrics', { address: '127.0.0.1', ...options });

  it('are for the machine itself when no token is set', async () => {
    const answer = await read(open);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const address of ['192.0.2.1', '10.0.0.1', '2001:db8::1', '128.0.0.1', '127.evil'])
      expect((await read(open, { address })).status, address).toBe(404);
    expect((await read(open, { address: '::1' })).status).toBe(200);
  });

  it('are for who has the token when one is set, from anywhere, and for nobody else', async () => {
    expect((await read(guarded, { token: metricsToken, address: '192.0.2.1' })).status).toBe(200);
    for (const token of [undefined, 'wrong', `${metricsToken}x`, metricsToken.slice(1), (await aToken()).secret]) {
      const answer = await read(guarded, { token });
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain('calkeep_');
    }
  });

  it('count requests by route pattern, never by what was asked for', async () => {
    const { secret } = await aToken();
    await open.call('/api/v1/contacts/needle', { token: secret });
    await open.call('/needle');
    const { text } = await read(open);
    expect(text).toMatch(
      /calkeep_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/contacts\/:id",status="404"\} [1-9]/,
    );
    expect(text).toMatch(/route="none",status="404"/);
    expect(text).not.toContain('needle');
    expect(text).toMatch(hasRedis ? /^calkeep_redis_up 1$/m : /^calkeep_redis_up 0$/m);
    expect(text).toMatch(hasRedis ? /^calkeep_admissions_total\{limiter="shared"\} [1-9]/m : /limiter="local"\} [1-9]/);
  });
});
