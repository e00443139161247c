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

/** With so many it is the database rather than the batches. */
const failuresMax = 3;

/** One batch that cannot be worked off does not keep the others: they are passed over when the job runs again. */
async function forEachOf<T>(batches: readonly T[], run: (batch: T) => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  for (const batch of batches) {
    await run(batch).catch((error: unknown) => errors.push(error));
    if (errors.length === failuresMax) break;
  }
  if (errors.length > 0) throw errors[0];
}

/** Runs the application's jobs in this process, and looks after its workspaces, until it is closed. */
export function startJobs(app: INestApplicationContext, config: Config, logger: Logger): Jobs {
  const tokens = app.get(ApiTokensService, { strict: false });
  const usage = app.get(TokenUsageService, { strict: false });
  const worker = new JobWorker({
    backend: queueBackend(config),
    handlers: {
      'token-usage': { run: ({ batches }) => forEachOf(batches, (batch) => tokens.recordUses(batch)) },
      'token-requests': { run: ({ batches }) => forEachOf(batches, (batch) => usage.record(batch)) },
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
