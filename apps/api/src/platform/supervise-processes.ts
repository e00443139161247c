import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '@calkeep/platform';
import type { Logger } from 'pino';
import { stopOnSignal } from './stop-on-signal.js';

/** After the first death in a row; doubled with each more. */
const restartDelayMs = 250;
const restartDelayMsMax = 10_000;
/** A process that lived this long was well. */
const wellAfterMs = 60_000;
/** More than the processes give themselves. */
const stopMarginMs = 2_000;

interface ReadyMessage {
  readonly type: 'ready';
  readonly url: string;
}

/**
 * PROCESSES of this server on one port, which the system's connections are dealt out to in turns. They share nothing but
 * PostgreSQL and Redis, as processes on several machines do; one that dies is started again. Resolves when all listen.
 */
export async function superviseProcesses(config: Config, logger: Logger): Promise<void> {
  const stopping = new AbortController();
  const running = new Set<Worker>();
  let urls: string[];
  try {
    urls = await Promise.all(Array.from({ length: config.PROCESSES }, () => startProcess(running)));
  } catch (error) {
    for (const worker of running) worker.process.kill('SIGKILL');
    throw error;
  }
  for (const worker of running) void keepAlive(worker, { running, logger, stopping: stopping.signal });
  logger.info({ url: urls[0], processes: running.size }, 'all processes listen');

  stopOnSignal({
    timeoutMs: config.SHUTDOWN_TIMEOUT_MS + stopMarginMs,
    logger,
    steps: [async () => stopping.abort(), () => Promise.all([...running].map(stopProcess))],
  });
  // Whoever is told may stop it at once.
  process.send?.({ type: 'ready', url: urls[0] });
}

/** @throws Error when it ends before it listens; it has said why itself. */
function startProcess(running: Set<Worker>): Promise<string> {
  const worker = cluster.fork();
  running.add(worker);
  return new Promise((resolve, reject) => {
    worker.once('message', (message: ReadyMessage) => resolve(message.url));
    worker.once('exit', (code) => {
      running.delete(worker);
      reject(new Error(`a process ended with ${code} before it listened`));
    });
  });
}

interface Care {
  readonly running: Set<Worker>;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
}

async function keepAlive(first: Worker, { running, logger, stopping }: Care): Promise<void> {
  let worker = first;
  let delayMs = restartDelayMs;
  for (;;) {
    const startedAt = performance.now();
    const end = await endOf(worker);
    if (stopping.aborted) return;
    if (performance.now() - startedAt > wellAfterMs) delayMs = restartDelayMs;
    logger.error({ end, delayMs }, 'a process ended by itself; starting another');
    await sleep(delayMs, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return;
    delayMs = Math.min(2 * delayMs, restartDelayMsMax);
    worker = cluster.fork();
    running.add(worker);
    worker.once('exit', () => running.delete(worker));
  }
}

function endOf(worker: Worker): Promise<string> {
  if (worker.isDead()) return Promise.resolve('ended');
  return new Promise((resolve) => {
    worker.once('exit', (code, signal) => resolve(signal ?? String(code)));
  });
}

async function stopProcess(worker: Worker): Promise<void> {
  const end = endOf(worker);
  worker.process.kill('SIGTERM');
  await end;
}
