import { Redis } from 'ioredis';

const script = `
local blocked = redis.call('PTTL', KEYS[2])
local hits = tonumber(redis.call('GET', KEYS[1]) or '0')
if blocked <= 0 then
  hits = redis.call('INCR', KEYS[1])
  if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  if hits > tonumber(ARGV[2]) then
    redis.call('SET', KEYS[2], 1, 'PX', ARGV[3])
    blocked = tonumber(ARGV[3])
  end
end
return { hits, redis.call('PTTL', KEYS[1]), blocked }
`;

/** Counters of @nestjs/throttler in Redis, as the published storages have them: one script for each of its limits. */
export class RedisThrottlerStorage {
  constructor(url) {
    this.redis = new Redis(url);
    this.redis.defineCommand('hit', { numberOfKeys: 2, lua: script });
  }

  async increment(key, ttl, limit, blockDuration, throttlerName) {
    const hits = `throttler:${throttlerName}:${key}`;
    const [totalHits, expiresMs, blockedMs] = await this.redis.hit(hits, `${hits}:blocked`, ttl, limit, blockDuration);
    return {
      totalHits,
      timeToExpire: Math.ceil(expiresMs / 1000),
      isBlocked: blockedMs > 0,
      timeToBlockExpire: Math.max(0, Math.ceil(blockedMs / 1000)),
    };
  }
}
