import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { startJobs } from './jobs.js';
import { NestLogger } from './platform/nest-logger.js';
import { closeResources, openResources } from './platform/open-resources.js';
import { runProcess } from './platform/run-process.js';
import { stopOnSignal } from './platform/stop-on-signal.js';

/** The jobs on their own: the same modules without HTTP. Any number of these may run. */
await runProcess(async (config, logger) => {
  const resources = await openResources(config);
  const app = await NestFactory.createApplicationContext(AppModule.with(resources), { logger: new NestLogger(logger) });
  const jobs = startJobs(app, config, logger);
  await jobs.ready();
  logger.info('working');
  stopOnSignal({
    timeoutMs: config.SHUTDOWN_TIMEOUT_MS,
    logger,
    steps: [() => jobs.close(), () => app.close(), () => closeResources(resources)],
  });
  // Whoever is told may stop it at once.
  process.send?.({ type: 'ready' });
});
