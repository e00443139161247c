import 'reflect-metadata';
import { Database } from '@calkeep/database';
import { ConfigError, GuardedRedis, loadConfig, systemClock, type Config } from '@calkeep/platform';
import { pino } from 'pino';
import { createApplication } from './application.js';
import { HealthService } from './health/health.service.js';
import { stopOnSignal } from './platform/stop-on-signal.js';

try {
  await main(loadConfig(process.env));
} catch (error) {
  // A configuration that is wrong is the operator's to mend: the message says how, a stack would hide it.
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}

async function main(config: Config): Promise<void> {
  const logger = pino({ level: config.LOG_LEVEL }, pino.destination({ sync: false, minLength: 4_096 }));
  const database = await Database.open({
    databaseUrl: config.DATABASE_URL,
    pipelines: config.DATABASE_PIPELINES,
    poolMax: config.DATABASE_POOL_MAX,
    timeoutMs: config.DATABASE_TIMEOUT_MS,
  });
  const redis = config.REDIS_URL === 'none' ? null : new GuardedRedis(config.REDIS_URL);
  await redis?.settled(2_000);
  if (redis?.isAway !== false) logger.warn({ redis: redis ? 'away' : 'none' }, 'limits are local to this process');
  const app = await createApplication({ config, clock: systemClock, database, redis }, logger);
  await app.listen({ host: config.HOST, port: config.PORT });
  const url = await app.getUrl();
  logger.info({ url }, 'listening');
  process.send?.({ type: 'ready', url });

  stopOnSignal({
    timeoutMs: config.SHUTDOWN_TIMEOUT_MS,
    logger,
    steps: [
      async () => app.get(HealthService, { strict: false }).stop(),
      () => app.close(),
      () => database.close(),
      async () => redis?.close(),
    ],
  });
}
