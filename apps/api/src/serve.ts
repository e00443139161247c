import 'reflect-metadata';
import type { Config } from '@calkeep/platform';
import type { Logger } from 'pino';
import { createApplication } from './application.js';
import { HealthService } from './health/health.service.js';
import { startJobs } from './jobs.js';
import { closingIdleConnections, drain } from './platform/close-server.js';
import { closeResources, openResources } from './platform/open-resources.js';
import { stopOnSignal } from './platform/stop-on-signal.js';

/** More than most balancers take to see that a process is not ready. */
const productionDrainMs = 5_000;

/** The HTTP server, with the jobs unless they run on their own. */
export async function serve(config: Config, logger: Logger): Promise<void> {
  const resources = await openResources(config);
  if (resources.redis?.isAway !== false)
    logger.warn({ redis: resources.redis ? 'away' : 'none' }, 'limits are local to this process');
  const app = await createApplication(resources, logger);
  const jobs = config.WORKER === 'in-process' ? startJobs(app, config, logger) : null;
  await app.listen({ host: config.HOST, port: config.PORT });
  const url = await app.getUrl();
  logger.info({ url }, 'listening');
  const server = app.getHttpServer();

  stopOnSignal({
    timeoutMs: config.SHUTDOWN_TIMEOUT_MS,
    logger,
    steps: [
      async () => app.get(HealthService, { strict: false }).stop(),
      () => drain(server, config.SHUTDOWN_DRAIN_MS ?? (config.NODE_ENV === 'production' ? productionDrainMs : 0)),
      () => closingIdleConnections(server, () => app.close()),
      async () => jobs?.close(),
      () => closeResources(resources),
    ],
  });
  // Whoever is told may stop it at once.
  process.send?.({ type: 'ready', url });
}
