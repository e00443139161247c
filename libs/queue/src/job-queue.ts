import { createQueue, type AnyQueue, type QueueBackend } from './backend.js';
import { endWithin } from './end-within.js';
import type { JobName, JobPayloads } from './jobs.js';

/** How often a job that fails is tried again, with growing pauses, before it is set aside. */
const attempts = 8;
const closeGraceMs = 2_000;
const addTimeoutMs = 2_000;

/** Where the API leaves work for the worker. */
export class JobQueue {
  readonly #queue: AnyQueue;
  readonly #isOnPostgres: boolean;

  constructor(backend: QueueBackend) {
    this.#isOnPostgres = backend.kind === 'postgres';
    this.#queue = createQueue(backend, {
      defaultJobOptions: {
        attempts,
        backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
        removeOnComplete: true,
        // What failed for good stays to be looked at, within bounds.
        removeOnFail: { count: 10_000 },
      },
    });
    // Whoever adds a job is told of a failure; a connection that comes and goes is not news.
    this.#queue.on('error', () => undefined);
  }

  /**
   * Resolves when jobs can be left. PostgreSQL must hold the tables (`prepareJobTables`); a Redis that is away may
   * come back, and is not waited for.
   * @throws Error when the tables are missing or of another version.
   */
  async ready(): Promise<void> {
    if (this.#isOnPostgres) await this.#queue.waitUntilReady();
  }

  /**
   * Leaving a job again under the same id is no second job.
   * @throws Error when it could not be left in 2 s; whether it was is then unknown.
   */
  async add<Name extends JobName>(name: Name, payload: JobPayloads[Name], options: { id: string }): Promise<void> {
    // BullMQ by itself waits without end for a Redis that is away.
    let timer: NodeJS.Timeout | undefined;
    const isLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`the queue did not answer in ${addTimeoutMs} ms`)), addTimeoutMs);
    });
    try {
      await Promise.race([this.#queue.add(name, payload, { jobId: options.id }), isLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await endWithin(
      closeGraceMs,
      () => this.#queue.close(),
      () => this.#queue.disconnect(),
    );
  }
}
