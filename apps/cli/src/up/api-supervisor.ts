import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import { reasonOf } from '../with-reason.js';
import { startApiProcess, type ApiCommand, type ApiProcess } from './api-process.js';
import { readLastLines } from './log-file.js';

const defaultRestartDelaysMs = [500, 1_000, 2_000, 4_000, 8_000];
/** An API that lived this long was well; its restarts are counted anew. */
const wellAfterMs = 60_000;
const logLines = 12;

export interface ApiSupervisorOptions extends ApiCommand {
  hurry: AbortSignal;
  onRestart: (reason: string) => void;
  /** How long to wait before each restart in a row; after the last, no more. */
  restartDelaysMs?: readonly number[];
}

export interface ApiSupervisor {
  /** Rejects with a CliError when the API keeps dying; never resolves. */
  readonly gaveUp: Promise<never>;
  stop(): Promise<void>;
}

/**
 * Keeps one API process running, started again after growing pauses when it dies by itself. Returns once it listens.
 * @throws CliError with the last lines of its log when it does not start the first time.
 */
export async function superviseApi(options: ApiSupervisorOptions): Promise<ApiSupervisor> {
  let current = await startApiProcess(options).catch(async (error: unknown) => {
    throw await failure(error, options.logFile);
  });
  const { restartDelaysMs = defaultRestartDelaysMs } = options;
  let isStopping = false;
  let restarting: Promise<void> = Promise.resolve();

  async function keepAlive(): Promise<never> {
    for (let restarts = 0; ; restarts += 1) {
      const startedAt = performance.now();
      const reason = `the API ${await current.exited}`;
      if (isStopping) return new Promise(() => undefined);
      if (performance.now() - startedAt > wellAfterMs) restarts = 0;
      const delayMs = restartDelaysMs[restarts];
      if (delayMs === undefined) throw await failure(new Error(reason), options.logFile);
      options.onRestart(reason);
      await sleep(delayMs, undefined, { ref: false });
      if (!isStopping) await (restarting = restart());
    }
  }

  async function restart(): Promise<void> {
    current = await startAgain(options);
    if (isStopping) await current.stop(options.hurry);
  }

  const gaveUp = keepAlive();
  // Whoever waits for it hears of the failure; nobody may be waiting yet.
  gaveUp.catch(() => undefined);
  return {
    gaveUp,
    async stop() {
      isStopping = true;
      await current.stop(options.hurry);
      await restarting;
    },
  };
}

/** A process that fails to start counts as one that died at once. */
function startAgain(options: ApiSupervisorOptions): Promise<ApiProcess> {
  return startApiProcess(options).catch((error: unknown) => ({
    exited: Promise.resolve(`did not start again (${reasonOf(error)})`),
    stop: () => Promise.resolve(),
  }));
}

async function failure(cause: unknown, logFile: string): Promise<CliError> {
  const reason = reasonOf(cause);
  const lines = await readLastLines(logFile, logLines);
  return new CliError([`${reason}. The end of ${logFile}:`, ...lines.map((line) => `  ${line}`)].join('\n'), { cause });
}
