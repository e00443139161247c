import { DelayedError, type Job } from 'bullmq';
import { createWorker, type AnyWorker, type FailedJob, type QueueBackend } from './backend.js';
import { endWithin } from './end-within.js';
import type { JobHandlers, JobName } from './jobs.js';

/** After this long a job whose time has not come is looked at again. */
const notYetMs = 1_000;
/** Jobs take milliseconds, a mail seven seconds at most; more means that the server which is to be told is away. */
const closeGraceMs = 8_000;

export interface JobFailure {
  readonly name: string;
  readonly id: string | undefined;
  readonly attempt: number;
  /** It is not tried again. */
  readonly isSetAside: boolean;
}

export interface JobWorkerOptions {
  backend: QueueBackend;
  handlers: JobHandlers;
  /** Told of each failed attempt. */
  onFailure: (failure: JobFailure, error: unknown) => void;
}

/** Thrown by a handler whose job has to wait a little: it is asked again in a second, and nothing has failed. */
export class JobNotYetError extends Error {
  override readonly name = 'JobNotYetError';
}

/**
 * Runs jobs until it is closed. A job whose worker was killed is taken up by another within 15 s: BullMQ's
 * defaults take a minute, and give a job up when that happens to it twice.
 */
export class JobWorker {
  readonly #worker: AnyWorker;
  readonly #handlers: JobHandlers;
  readonly #onFailure: JobWorkerOptions['onFailure'];
  readonly #givingUp = new Set<Promise<void>>();

  constructor({ backend, handlers, onFailure }: JobWorkerOptions) {
    this.#handlers = handlers;
    this.#onFailure = onFailure;
    this.#worker = createWorker(backend, (job, token) => this.#run(job, token), {
      concurrency: 4,
      // A killed worker's job is free when its lock has ended and two checks have found it so. A check is passed
      // over when another worker's was less than an interval ago.
      lockDuration: 5_000,
      stalledInterval: 3_000,
      maxStalledCount: 10,
    });
    this.#worker.on('failed', (job, error) => this.#failed(job, error));
    this.#worker.on('error', () => undefined);
  }

  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Resolves when the jobs in hand are done, or at the end of their time: then another worker takes them up. */
  async close(): Promise<void> {
    await endWithin(
      closeGraceMs,
      async () => {
        await this.#worker.close();
        await Promise.all(this.#givingUp);
      },
      () => this.#worker.close(true),
    );
  }

  async #run(job: Job, token: string | undefined): Promise<void> {
    try {
      await handlerOf(this.#handlers, job.name).run(job.data);
    } catch (error) {
      if (!(error instanceof JobNotYetError)) throw error;
      await job.moveToDelayed(Date.now() + notYetMs, token);
      throw new DelayedError();
    }
  }

  #failed(job: FailedJob | undefined, error: unknown): void {
    const isSetAside = job?.finishedOn !== undefined;
    const failure = { name: job?.name ?? 'unknown', id: job?.id, attempt: job?.attemptsMade ?? 0, isSetAside };
    this.#onFailure(failure, error);
    if (!job || !isSetAside) return;
    const givingUp = this.#giveUp(job)
      .catch((cause: unknown) => this.#onFailure(failure, cause))
      .finally(() => this.#givingUp.delete(givingUp));
    this.#givingUp.add(givingUp);
  }

  async #giveUp(job: FailedJob): Promise<void> {
    await handlerOf(this.#handlers, job.name).giveUp?.(job.data);
  }
}

interface AnyHandler {
  run(payload: unknown): Promise<void>;
  giveUp?(payload: unknown): Promise<void>;
}

function handlerOf(handlers: JobHandlers, name: string): AnyHandler {
  if (!(name in handlers)) throw new Error(`no handler for jobs of the kind "${name}"`);
  // What a job carries is what `JobQueue.add` was given under the same name.
  return handlers[name as JobName];
}
