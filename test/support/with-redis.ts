import { describe } from 'vitest';
import { serviceUrl } from './service-url.js';

/** A suite that needs a Redis server. Without one it is reported as skipped, after the loud line of the run's start. */
export const describeWithRedis = describe.runIf(serviceUrl('redisUrl') !== null);

/** The run's shared Redis. Only for suites of `describeWithRedis`: they do not run without it. */
export function sharedRedisUrl(): string {
  const url = serviceUrl('redisUrl');
  if (url === null) throw new Error('a test without describeWithRedis asked for Redis');
  return url;
}
