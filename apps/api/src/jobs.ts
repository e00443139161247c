import { JobWorker } from '@calkeep/queue';
import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { ApiTokensService } from './api-tokens/api-tokens.service.js';
import { queueBackend } from './platform/open-resources.js';
import type { Config } from '@calkeep/platform';

/** Runs the application's jobs in this process until it is closed. */
export function startJobs(app: INestApplicationContext, config: Config, logger: Logger): JobWorker {
  const tokens = app.get(ApiTokensService, { strict: false });
  return new JobWorker({
    backend: queueBackend(config),
    handlers: {
      'token-usage': ({ workspaceId, uses }) => tokens.recordUses(workspaceId, uses),
    },
    onFailure: (job, err) => logger.error({ job, err }, 'job failed'),
  });
}
