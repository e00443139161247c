import cluster from 'node:cluster';
import { runProcess } from './platform/run-process.js';

/** One process that serves, or one that looks after several of them. Neither loads what the other needs. */
await runProcess(
  async (config, logger) => {
    if (config.PROCESSES > 1 && cluster.isPrimary) {
      const { superviseProcesses } = await import('./platform/supervise-processes.js');
      return superviseProcesses(config, logger);
    }
    const { serve } = await import('./serve.js');
    return serve(config, logger);
  },
  { hasBusyLog: true },
);
