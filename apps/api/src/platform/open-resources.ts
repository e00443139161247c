import { Database } from '@calkeep/database';
import { ConfigError, GuardedRedis, systemClock, type Config } from '@calkeep/platform';
import { JobQueue, type QueueBackend } from '@calkeep/queue';
import { KeyringError, PepperKeyring } from '@calkeep/security';
import type { Resources } from './platform.module.js';

const redisWaitMsMax = 2_000;

/**
 * Opens what the application stands on. Redis may be away.
 * @throws ConfigError when the peppers are malformed or the database cannot be had under a role that may serve.
 */
export async function openResources(config: Config): Promise<Resources> {
  const peppers = parsePeppers(config);
  const database = await openDatabase(config);
  const redis = config.REDIS_URL === 'none' ? null : new GuardedRedis(config.REDIS_URL);
  await redis?.settled(redisWaitMsMax);
  const queue = await openQueue(config);
  return { config, clock: systemClock, database, redis, queue, peppers };
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

function parsePeppers({ TOKEN_PEPPERS }: Config): PepperKeyring {
  try {
    return PepperKeyring.parse(TOKEN_PEPPERS);
  } catch (error) {
    throw error instanceof KeyringError ? new ConfigError(`TOKEN_PEPPERS: ${error.message}`, { cause: error }) : error;
  }
}

async function openDatabase(config: Config): Promise<Database> {
  try {
    return await Database.open({
      databaseUrl: config.DATABASE_URL,
      pipelines: config.DATABASE_PIPELINES,
      poolMax: config.DATABASE_POOL_MAX,
      timeoutMs: config.DATABASE_TIMEOUT_MS,
    });
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? error.message : String(error);
    throw new ConfigError(`CalKeep cannot use its database (DATABASE_URL): ${reason}`, { cause: error });
  }
}

async function openQueue(config: Config): Promise<JobQueue> {
  const queue = new JobQueue(queueBackend(config));
  try {
    await queue.ready();
    return queue;
  } catch (error) {
    throw new ConfigError('The tables of the jobs are missing from the database: run `calkeep migrate`.', {
      cause: error,
    });
  }
}
