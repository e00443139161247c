import { createWorker, type AnyWorker, type QueueBackend } from './backend.js';
import { endWithin } from './end-within.js';
import type { JobHandlers, JobName } from './jobs.js';

/** Jobs take milliseconds; more than this means that the server which is to be told is away. */
const closeGraceMs = 5_000;

export interface JobWorkerOptions {
  backend: QueueBackend;
  handlers: JobHandlers;
  /** Told of each failed attempt. */
  onFailure: (job: { name: string; id: string | undefined; attempt: number }, error: Error) => void;
}

/**
 * Runs jobs until it is closed. A job whose worker was killed is taken up by another within 15 s: BullMQ's
 * defaults take a minute, and give a job up when that happens to it twice.
 */
export class JobWorker {
  readonly #worker: AnyWorker;

  constructor({ backend, handlers, onFailure }: JobWorkerOptions) {
    this.#worker = createWorker(backend, async (job) => handle(handlers, job.name, job.data), {
      concurrency: 4,
      lockDuration: 5_000,
      stalledInterval: 5_000,
      maxStalledCount: 10,
    });
    this.#worker.on('failed', (job, error) => {
      onFailure({ name: job?.name ?? 'unknown', id: job?.id, attempt: job?.attemptsMade ?? 0 }, error);
    });
    this.#worker.on('error', () => undefined);
  }

  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Resolves when the jobs in hand are done, or at the end of their time: then another worker takes them up. */
  async close(): Promise<void> {
    await endWithin(
      closeGraceMs,
      () => this.#worker.close(),
      () => this.#worker.close(true),
    );
  }
}

async function handle(handlers: JobHandlers, name: string, payload: unknown): Promise<void> {
  if (!(name in handlers)) throw new Error(`no handler for jobs of the kind "${name}"`);
  const handler = handlers[name as JobName] as (payload: unknown) => Promise<void>;
  await handler(payload);
}
