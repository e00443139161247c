import 'reflect-metadata';
import { Database } from '@calkeep/database';
import { GuardedRedis, loadConfig, systemClock } from '@calkeep/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { inject } from 'vitest';
import { createApplication } from '../../apps/api/src/application.js';
import { tokenPeppers } from './secrets.js';

export interface TestApplication {
  app: NestFastifyApplication;
  database: Database;
  redis: GuardedRedis | null;
  close(): Promise<void>;
}

/** The application from its sources in the test's own process: for calling services directly. Does not listen. */
export async function openApplication(options: { redisUrl?: string } = {}): Promise<TestApplication> {
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: inject('appUrl'),
    REDIS_URL: options.redisUrl ?? inject('redisUrl') ?? 'none',
    TOKEN_PEPPERS: tokenPeppers,
  });
  const database = await Database.open({ databaseUrl: config.DATABASE_URL, pipelines: 2, poolMax: 4, timeoutMs: 5_000 });
  const redis = config.REDIS_URL === 'none' ? null : new GuardedRedis(config.REDIS_URL);
  await redis?.settled(2_000);
  const app = await createApplication({ config, clock: systemClock, database, redis }, pino({ level: 'silent' }));
  return {
    app,
    database,
    redis,
    async close() {
      await app.close();
      await database.close();
      await redis?.close();
    },
  };
}
