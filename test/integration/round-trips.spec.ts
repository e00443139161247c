import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { aToken, aWorkspace, someBookings, someContacts } from '../support/builders.js';
import { callerOf, type Call } from '../support/client.js';
import { OwnRedis } from '../support/own-redis.js';
import { backendMessages, frontendMessages } from '../support/postgres-messages.js';
import { roundTrips, TcpProxy, type Passage } from '../support/tcp-proxy.js';
import { describeWithRedis } from '../support/with-redis.js';
import { serviceUrl } from '../support/service-url.js';

/** Bind and Execute of the workspace's context, Bind and Execute of the read, and one Sync (section 54.7). */
const oneRead = 'BEBES';

describeWithRedis('of a token in use', () => {
  let redis: OwnRedis;
  let redisProxy: TcpProxy;
  let postgresProxy: TcpProxy;
  let api: ApiProcess;
  let call: Call;
  let observer: Redis;
  let secret: string;
  let contact: string;
  let booking: string;

  beforeAll(async () => {
    redis = await OwnRedis.prepare('round-trips');
    await redis.start();
    redisProxy = await TcpProxy.before(redis.url);
    postgresProxy = await TcpProxy.before(serviceUrl('appUrl'));
    observer = new Redis(redis.url);
    api = await startApi({
      databaseUrl: postgresProxy.url(serviceUrl('appUrl')),
      redisUrl: redisProxy.url(redis.url),
      // One connection, so that one warm-up prepares every statement; uses are recorded and counted elsewhere, and never
      // here by chance.
      env: { DATABASE_PIPELINES: '1', USAGE_SAMPLE_RATE: '0', USAGE_FLUSH_SECONDS: '3600', WORKER: 'separate' },
    });
    call = callerOf(api.baseUrl);
    const workspace = await aWorkspace();
    secret = (await aToken({ workspace })).secret;
    [contact = ''] = await someContacts(workspace, 3);
    [booking = ''] = await someBookings(workspace, 3);
  });
  afterAll(async () => {
    await api.stop();
    observer.disconnect();
    await Promise.all([redisProxy.close(), postgresProxy.close()]);
    await redis.stop();
  });

  it.each([
    ['a contact', () => `/api/v1/contacts/${contact}`],
    ['a page of contacts', () => '/api/v1/contacts?limit=2'],
    ['a booking', () => `/api/v1/bookings/${booking}`],
    ['a page of bookings', () => '/api/v1/bookings'],
    ['the workspace', () => '/api/v1/workspace'],
    ['a contact that is not there', () => `/api/v1/contacts/${booking.replace('bkg', 'con')}`],
  ])('the read of %s costs one round trip to Redis and one to PostgreSQL', async (_what, path) => {
    await warmUp(path());

    const { redis: toRedis, postgres, scripts } = await counted(path(), 5);

    expect(roundTrips(toRedis)).toBe(5);
    expect(scripts).toBe(5);
    expect(roundTrips(postgres)).toBe(5);
    expect(frontendMessages(postgres)).toBe(oneRead.repeat(5));
    expect(backendMessages(postgres).replaceAll(/[^Z]/g, '')).toBe('ZZZZZ');
  });

  it.each<[string, string, () => string, object, number]>([
    ['a new contact', 'POST', () => '/api/v1/contacts', {}, 1],
    ['a contact that changes', 'PATCH', () => `/api/v1/contacts/${contact}`, {}, 1],
    [
      'a contact that changes if it is still the same',
      'PATCH',
      () => `/api/v1/contacts/${contact}`,
      { 'If-Match': '*' },
      1,
    ],
    ['a new contact under a key', 'POST', () => '/api/v1/contacts', { 'Idempotency-Key': 'x' }, 3],
  ])(
    'the write of %s costs one round trip to Redis, and to PostgreSQL no more than it must',
    async (...[, method, path, headers, trips]) => {
      const isKeyed = 'Idempotency-Key' in headers;
      let keys = 0;
      const write = async () => {
        const fresh = isKeyed ? { 'Idempotency-Key': `key ${keys++}` } : headers;
        const answer = await call(path(), { method, token: secret, body: '{"firstName":"x"}', headers: { ...fresh } });
        expect(answer.status).toBeLessThan(300);
      };
      for (let use = 0; use < 3; use++) await write();

      let postgres: Passage[] = [];
      const toRedis = await redisProxy.during(async () => {
        postgres = await postgresProxy.during(async () => {
          for (let request = 0; request < 3; request++) await write();
        });
      });

      expect(roundTrips(toRedis)).toBe(3);
      expect(roundTrips(postgres)).toBe(3 * trips);
    },
  );

  it('is answered for a dead token from Redis alone', async () => {
    const dead = await aToken({ disabledAt: new Date() });
    await call('/api/v1/workspace', { token: dead.secret });

    const { redis: toRedis, postgres } = await counted('/api/v1/workspace', 3, dead.secret);

    expect(roundTrips(toRedis)).toBe(3);
    expect(roundTrips(postgres)).toBe(0);
  });

  it('costs nothing anywhere for a string that fails the checksum', async () => {
    const misspelt = `${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}`;

    const { redis: toRedis, postgres } = await counted('/api/v1/workspace', 3, misspelt);

    expect(roundTrips(toRedis)).toBe(0);
    expect(roundTrips(postgres)).toBe(0);
  });

  it('costs two to Redis and three to PostgreSQL on the first use of a token', async () => {
    await warmUp('/api/v1/workspace');
    const cold = await aToken();

    const { redis: toRedis, postgres } = await counted('/api/v1/workspace', 1, cold.secret);

    // Redis: the miss with its lease, the fill. PostgreSQL: the directory, the standing, the read.
    expect(roundTrips(toRedis)).toBe(2);
    expect(roundTrips(postgres)).toBe(3);
  });

  async function warmUp(path: string): Promise<void> {
    for (let use = 0; use < 3; use++) await call(path, { token: secret });
  }

  /** What requests, one after the other, cost beyond the API process. */
  async function counted(
    path: string,
    requests: number,
    token = secret,
  ): Promise<{ redis: Passage[]; postgres: Passage[]; scripts: number }> {
    let postgres: Passage[] = [];
    const before = await scriptCalls();
    const toRedis = await redisProxy.during(async () => {
      postgres = await postgresProxy.during(async () => {
        for (let request = 0; request < requests; request++) await call(path, { token });
      });
    });
    return { redis: toRedis, postgres, scripts: (await scriptCalls()) - before };
  }

  /** As Redis itself counts them. */
  async function scriptCalls(): Promise<number> {
    const stats = await observer.info('commandstats');
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  }
});
