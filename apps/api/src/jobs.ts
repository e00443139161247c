import type { Config } from '@calkeep/platform';
import { JobWorker } from '@calkeep/queue';
import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { ApiTokensService } from './api-tokens/api-tokens.service.js';
import { OutboxJobs } from './outbox/outbox-jobs.js';
import { queueBackend } from './platform/open-resources.js';
import { TokenUsageService } from './token-usage/token-usage.service.js';
import { UpkeepLoop } from './upkeep/upkeep-loop.js';

export interface Jobs {
  /** Resolves when jobs are taken. */
  ready(): Promise<void>;
  /** Takes nothing more, and resolves when what is in hand is done, within 8 s. */
  close(): Promise<void>;
}

/** Runs the application's jobs in this process, and looks after its workspaces, until it is closed. */
export function startJobs(app: INestApplicationContext, config: Config, logger: Logger): Jobs {
  const tokens = app.get(ApiTokensService, { strict: false });
  const usage = app.get(TokenUsageService, { strict: false });
  const worker = new JobWorker({
    backend: queueBackend(config),
    handlers: {
      'token-usage': { run: ({ workspaceId, uses }) => tokens.recordUses(workspaceId, uses) },
      'token-requests': { run: ({ workspaceId, batch }) => usage.record(workspaceId, batch) },
      outbox: app.get(OutboxJobs, { strict: false }),
    },
    onFailure: (job, err) => logger.error({ job, err }, job.isSetAside ? 'job set aside' : 'job failed'),
  });
  const upkeep = app.get(UpkeepLoop, { strict: false });
  upkeep.start();
  return {
    ready: () => worker.ready(),
    close: async () => {
      await Promise.all([upkeep.stop(), worker.close()]);
    },
  };
}
