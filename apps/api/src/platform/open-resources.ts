import { Database } from '@calkeep/database';
import { ConfigError, GuardedRedis, systemClock, type Config } from '@calkeep/platform';
import { JobQueue, type QueueBackend } from '@calkeep/queue';
import { CheckpointSigner, KeyringError, PasswordHasher, PepperKeyring, SealingKeyring } from '@calkeep/security';
import type { Resources } from './platform.module.js';

const redisWaitMsMax = 2_000;

/**
 * Opens what the application stands on. Redis may be away.
 * @throws ConfigError when keys are malformed or the database cannot be had under a role that may serve.
 */
export async function openResources(config: Config): Promise<Resources> {
  const keys = parseKeys(config);
  const database = await openDatabase(config);
  const redis = config.REDIS_URL === 'none' ? null : new GuardedRedis(config.REDIS_URL);
  await redis?.settled(redisWaitMsMax);
  const queue = await openQueue(config);
  return { config, clock: systemClock, database, redis, queue, passwords: passwordHasher(config), ...keys };
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

function parseKeys(config: Config) {
  return {
    peppers: parseKeyring(config, 'TOKEN_PEPPERS', (text) => PepperKeyring.parse(text)),
    sealing: parseKeyring(config, 'SEALING_KEYS', (text) => SealingKeyring.parse(text)),
    checkpointSigner: parseKeyring(config, 'AUDIT_SIGNING_KEYS', (text) => CheckpointSigner.parse(text)),
  };
}

type KeySetting = 'TOKEN_PEPPERS' | 'SEALING_KEYS' | 'AUDIT_SIGNING_KEYS';

function parseKeyring<T>(config: Config, name: KeySetting, parse: (text: string) => T): T {
  try {
    return parse(config[name]);
  } catch (error) {
    throw error instanceof KeyringError ? new ConfigError(`${name}: ${error.message}`, { cause: error }) : error;
  }
}

function passwordHasher(config: Config): PasswordHasher {
  return new PasswordHasher({
    memoryKibibytes: config.ARGON2_MEMORY_KIBIBYTES,
    passes: config.ARGON2_PASSES,
    lanes: config.ARGON2_LANES,
    concurrencyMax: config.ARGON2_CONCURRENCY,
  });
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
