import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { aToken, aWorkspace, someContacts, type TestToken } from '../support/builders.js';
import { callerOf, type Answer, type Call } from '../support/client.js';
import { startLoad, statuses } from '../support/load.js';
import { OwnRedis } from '../support/own-redis.js';
import { describeWithRedis } from '../support/with-redis.js';

/** One request more each half minute: the bucket stands still while a test looks at it. */
const quota = { requests: 120, windowSeconds: 3_600 };

describeWithRedis('limits over two processes', () => {
  let ownRedis: OwnRedis;
  let redis: Redis;
  let apis: ApiProcess[] = [];
  let calls: Call[] = [];

  beforeAll(async () => {
    ownRedis = await OwnRedis.prepare('limits');
    await ownRedis.start();
    redis = new Redis(ownRedis.url);
    apis = await Promise.all([startApi({ redisUrl: ownRedis.url }), startApi({ redisUrl: ownRedis.url })]);
    calls = apis.map((api) => callerOf(api.baseUrl));
  });
  afterAll(async () => {
    await Promise.all(apis.map((api) => api.stop()));
    redis.disconnect();
    await ownRedis.stop();
  });

  /** This many requests by 64 parallel clients over both processes. */
  async function burst(tokens: readonly TestToken[], requests: number): Promise<Answer[]> {
    const answers: Answer[] = [];
    let sent = 0;
    const client = async () => {
      for (let number = sent++; number < requests; number = sent++) {
        const call = calls[number % calls.length];
        const token = tokens[number % tokens.length]?.secret;
        if (call) answers.push(await call('/api/v1/me', { token }));
      }
    };
    await Promise.all(Array.from({ length: 64 }, client));
    return answers;
  }

  /** By Redis' clock, which is the one that limits go by. */
  async function redisMs(): Promise<number> {
    const [seconds, microseconds] = await redis.time();
    return Number(seconds) * 1000 + Number(microseconds) / 1000;
  }

  it('admit exactly a token’s 120 of 64 parallel clients', async () => {
    const token = await aToken({ quota });

    const answers = await burst([token], 400);

    expect(statuses(answers)).toEqual({ 200: 120, 429: 280 });
  });

  it('admit the plan’s 120 a minute and what its refill adds by Redis’ clock', async () => {
    const token = await aToken({ quota: null });
    const startedAt = await redisMs();

    const answers = await burst([token], 400);

    const refilled = 2 * Math.floor(((await redisMs()) - startedAt) / 1000);
    const admitted = answers.filter(({ status }) => status === 200).length;
    expect(admitted).toBeGreaterThanOrEqual(120);
    expect(admitted).toBeLessThanOrEqual(120 + refilled);
    expect(answers.length - admitted).toBe(answers.filter(({ status }) => status === 429).length);
  });

  it('admit a workspace’s 120 a minute over eight of its tokens', async () => {
    const workspace = await aWorkspace({ requestsPerMinute: 120 });
    const tokens = await Promise.all(Array.from({ length: 8 }, () => aToken({ workspace })));
    const startedAt = await redisMs();

    const answers = await burst(tokens, 400);

    const refilled = 2 * Math.floor(((await redisMs()) - startedAt) / 1000);
    const admitted = answers.filter(({ status }) => status === 200).length;
    expect(admitted).toBeGreaterThanOrEqual(120);
    expect(admitted).toBeLessThanOrEqual(120 + refilled);
  });

  it('do not charge what they refuse, and admit again after Retry-After', async () => {
    const token = await aToken({ quota: { requests: 2, windowSeconds: 2 } });

    const answers = await burst([token], 60);
    const refused = answers.findLast(({ status }) => status === 429);
    await new Promise((resolve) => setTimeout(resolve, Number(refused?.headers['retry-after']) * 1000));

    expect(statuses(await burst([token], 1))).toEqual({ 200: 1 });
  });

  it('come through FLUSHALL and SCRIPT FLUSH in mid-window without an error', async () => {
    const workspace = await aWorkspace();
    const token = await aToken({ workspace });
    const [contact] = await someContacts(workspace, 1);
    const load = startLoad(16, async (client) =>
      callOf(client)(`/api/v1/contacts/${contact}`, { token: token.secret }),
    );

    for (let round = 0; round < 5; round++) {
      await load.more(50);
      await redis.flushall();
      await load.more(50);
      await redis.script('FLUSH');
    }
    await load.more(50);

    expect(statuses(await load.stop())).toEqual({ 200: expect.any(Number) });
  });

  it('start anew after FLUSHALL, and hold again', async () => {
    const token = await aToken({ quota });
    await burst([token], 200);
    await redis.flushall();

    expect(statuses(await burst([token], 200))).toEqual({ 200: 120, 429: 80 });
  });

  it('leave no key without an end, nor one outside of a workspace’s hash tag', async () => {
    const workspaces = await Promise.all([
      aWorkspace(),
      aWorkspace({ plan: 'free' }),
      aWorkspace({ ipAllowlist: ['192.0.2.0/24'] }),
    ]);
    const tokens = await Promise.all([
      ...workspaces.map((workspace) => aToken({ workspace })),
      aToken({ disabledAt: new Date() }),
      aToken({ mode: 'test' }),
      aToken({ quota: { requests: 1, windowSeconds: 60 } }),
      aToken({ expiresAt: new Date(Date.now() + 60_000) }),
    ]);
    await redis.flushall();

    await burst(tokens, 200);

    // Those of the jobs are BullMQ's: they end with their job.
    const keys = (await redis.keys('*')).filter((key) => !key.startsWith('{calkeep-jobs}:'));
    const lifetimes = await Promise.all(keys.map((key) => redis.pttl(key)));
    const homes = new Set(tokens.map((token) => token.workspace.uuid));
    expect(keys.length).toBeGreaterThan(tokens.length);
    expect(keys.filter((_, index) => lifetimes[index] === -1)).toEqual([]);
    expect(keys.filter((key) => !homes.has(/^\{([0-9a-f-]{36})\}:/.exec(key)?.[1] ?? ''))).toEqual([]);
  });

  function callOf(client: number): Call {
    const call = calls[client % calls.length];
    if (!call) throw new Error('no API process');
    return call;
  }
});
