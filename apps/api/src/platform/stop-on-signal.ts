import type { Logger } from 'pino';

export interface StopOptions {
  /** In this order, each after the one before. */
  steps: readonly (() => Promise<unknown>)[];
  /** After this long the process goes, finished or not. */
  timeoutMs: number;
  logger: Logger;
}

/**
 * Stops in order at SIGTERM, SIGINT, or when the parent that started the process over IPC is gone: requests in
 * flight end, new ones are turned away, then the connections close.
 */
export function stopOnSignal({ steps, timeoutMs, logger }: StopOptions): void {
  let isStopping = false;
  const stop = async (reason: string) => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ reason }, 'stopping');
    setTimeout(() => process.exit(1), timeoutMs).unref();
    try {
      for (const step of steps) await step();
      logger.info('stopped');
      process.exitCode = 0;
    } catch (error) {
      logger.error({ err: error }, 'stopping failed');
      process.exitCode = 1;
    }
    logger.flush(() => process.exit());
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  process.on('disconnect', () => void stop('parent gone'));
}
