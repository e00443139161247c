import { Database } from '@calkeep/database';
import { GuardedRedis, systemClock, type Config } from '@calkeep/platform';
import { JobQueue, type QueueBackend } from '@calkeep/queue';
import type { Resources } from './platform.module.js';

const redisWaitMsMax = 2_000;

/** Opens what the application stands on. @throws Error when the database cannot be had; Redis may be away. */
export async function openResources(config: Config): Promise<Resources> {
  const database = await Database.open({
    databaseUrl: config.DATABASE_URL,
    pipelines: config.DATABASE_PIPELINES,
    poolMax: config.DATABASE_POOL_MAX,
    timeoutMs: config.DATABASE_TIMEOUT_MS,
  });
  const redis = config.REDIS_URL === 'none' ? null : new GuardedRedis(config.REDIS_URL);
  await redis?.settled(redisWaitMsMax);
  return { config, clock: systemClock, database, redis, queue: new JobQueue(queueBackend(config)) };
}

/** In the order in which they depend on each other. */
export async function closeResources({ queue, redis, database }: Resources): Promise<void> {
  await queue.close();
  await redis?.close();
  await database.close();
}

/** Jobs wait in Redis, or in PostgreSQL where there is none. */
export function queueBackend(config: Config): QueueBackend {
  return config.REDIS_URL === 'none'
    ? { kind: 'postgres', databaseUrl: config.DATABASE_URL }
    : { kind: 'redis', url: config.REDIS_URL };
}
