import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { describeWithRedis, sharedRedisUrl } from '../../../test/support/with-redis.js';
import { TcpProxy } from '../../../test/support/tcp-proxy.js';
import { GuardedRedis, RedisAwayError } from './guarded-redis.js';

describeWithRedis('a guarded Redis', () => {
  it('runs commands once it has settled', async () => {
    const redis = guarded(sharedRedisUrl());
    await redis.settled(5_000);
    expect(redis.isAway).toBe(false);
    expect(await redis.run((client) => client.echo('hello'))).toBe('hello');
  });

  it.each(['LOADING', 'READONLY', 'OOM', 'BUSY', 'CLUSTERDOWN', 'ERR'])(
    'takes %s for not deciding, and keeps the reason',
    async (code) => {
      const redis = guarded(sharedRedisUrl());
      await redis.settled(5_000);
      const failing = redis.run((client) => client.eval(`return redis.error_reply("${code} not now")`, 0));
      await expect(failing).rejects.toMatchObject({ name: 'RedisAwayError', cause: { message: `${code} not now` } });
      expect(redis.isAway).toBe(false);
      expect(await redis.run((client) => client.echo('hello'))).toBe('hello');
    },
  );
});

describeWithRedis('a guarded Redis whose server', () => {
  it('does not listen is away: commands fail at once and are never sent', async () => {
    const redis = guarded(`redis://127.0.0.1:${await aPortOfNobody()}`);
    await redis.settled(50);
    expect(redis.isAway).toBe(true);
    let isSent = false;
    const command = redis.run(() => {
      isSent = true;
      return Promise.resolve();
    });
    await expect(command).rejects.toBeInstanceOf(RedisAwayError);
    expect(isSent).toBe(false);
  });

  it('falls silent is given up by each command in its time, and taken for away after three', async () => {
    const { redis, network } = await guardedThroughProxy();
    network.hold();

    for (let count = 0; count < 3; count++) {
      expect(redis.isAway).toBe(false);
      await expect(redis.run((client) => client.get('a'), 20)).rejects.toThrow(/no answer from Redis in 20 ms/);
    }

    expect(redis.isAway).toBe(true);
    await expect(redis.run((client) => client.get('a'))).rejects.toThrow('Redis is away');
  });

  it('falls silent and speaks again is believed again after a probe', async () => {
    const { redis, network } = await guardedThroughProxy();
    network.hold();
    for (let count = 0; count < 3; count++) await redis.run((client) => client.get('a'), 10).catch(() => undefined);
    expect(redis.isAway).toBe(true);

    network.letGo();
    await redis.settled(10_000);

    expect(await redis.run((client) => client.echo('hello'), 5_000)).toBe('hello');
  });

  it('hangs up is away the moment the connection ends', async () => {
    const { redis, network } = await guardedThroughProxy();
    network.hold();
    const pending = redis.run((client) => client.get('a'), 10_000);

    await Promise.all([network.close(), expect(pending).rejects.toBeInstanceOf(RedisAwayError)]);

    expect(redis.isAway).toBe(true);
  });
});

function guarded(url: string): GuardedRedis {
  const redis = new GuardedRedis(url);
  onTestFinished(() => redis.close());
  return redis;
}

async function guardedThroughProxy() {
  const network = await TcpProxy.before(sharedRedisUrl());
  onTestFinished(() => network.close());
  const redis = guarded(network.url(sharedRedisUrl()));
  await redis.settled(5_000);
  expect(redis.isAway).toBe(false);
  return { redis, network };
}

async function aPortOfNobody(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the server listened on no port');
  return address.port;
}
