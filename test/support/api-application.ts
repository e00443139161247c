import 'reflect-metadata';
import { loadConfig } from '@calkeep/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';

import { createApplication } from '../../apps/api/src/application.js';
import { closeResources, openResources } from '../../apps/api/src/platform/open-resources.js';
import type { Resources } from '../../apps/api/src/platform/platform.module.js';
import { secretSettings } from './secrets.js';
import { redisBeside, serviceUrl } from './service-url.js';

export interface TestApplication extends Resources {
  app: NestFastifyApplication;
  close(): Promise<void>;
}

/** The application from its sources in the test's own process: for calling services directly. Does not listen. */
export async function openApplication(
  options: { redisUrl?: string; databaseUrl?: string } = {},
): Promise<TestApplication> {
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: options.databaseUrl ?? serviceUrl('appUrl'),
    REDIS_URL: options.redisUrl ?? redisBeside(options.databaseUrl ?? serviceUrl('appUrl')),
    ...secretSettings,
    ARGON2_MEMORY_KIBIBYTES: '1024',
    DATABASE_PIPELINES: '2',
    DATABASE_POOL_MAX: '4',
  });
  const resources = await openResources(config);
  const app = await createApplication(resources, pino({ level: 'silent' }));
  return {
    ...resources,
    app,
    async close() {
      await app.close();
      await closeResources(resources);
    },
  };
}
