import {
  createPostgresBackend,
  Queue,
  Worker,
  withBackend,
  type Processor,
  type QueueOptions,
  type WorkerOptions,
} from 'bullmq';

/** Where jobs wait: in Redis, or in PostgreSQL where there is no Redis. */
export type QueueBackend =
  { readonly kind: 'redis'; readonly url: string } | { readonly kind: 'postgres'; readonly databaseUrl: string };

/** One queue for every kind of job; BullMQ's own tables or keys stay under these names. */
const queueName = 'calkeep';
export const jobsSchema = 'jobs';
const redisPrefix = '{calkeep-jobs}';

/** What this library asks of BullMQ's classes, whichever backend they are bound to. */
export interface AnyQueue {
  waitUntilReady(): Promise<unknown>;
  add(name: string, payload: unknown, options: { jobId: string }): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

export interface AnyWorker {
  waitUntilReady(): Promise<unknown>;
  on(event: 'failed', listener: (job: FailedJob | undefined, error: Error) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(isForced?: boolean): Promise<void>;
}

export interface FailedJob {
  readonly name: string;
  readonly id?: string | undefined;
  readonly data: unknown;
  readonly attemptsMade: number;
  /** Absent while the job will be tried again. */
  readonly finishedOn?: number | undefined;
}

const OnPostgres = withBackend(createPostgresBackend);

export function createQueue(backend: QueueBackend, options: Omit<QueueOptions, 'connection'>): AnyQueue {
  if (backend.kind === 'postgres')
    return new OnPostgres.Queue(queueName, { ...options, connection: postgres(backend) });
  const connection = { url: backend.url, enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 2_000 };
  return new Queue(queueName, { ...options, prefix: redisPrefix, connection });
}

export function createWorker(
  backend: QueueBackend,
  processor: Processor,
  options: Omit<WorkerOptions, 'connection'>,
): AnyWorker {
  if (backend.kind === 'postgres')
    return new OnPostgres.Worker(queueName, processor, { ...options, connection: postgres(backend) });
  // A worker waits for Redis as long as it takes: it has nobody to answer.
  const connection = { url: backend.url, maxRetriesPerRequest: null };
  return new Worker(queueName, processor, { ...options, prefix: redisPrefix, connection });
}

function postgres({ databaseUrl }: { databaseUrl: string }) {
  return {
    connectionString: databaseUrl,
    schema: jobsSchema,
    migrate: false,
    max: 2,
    application_name: 'calkeep-jobs',
  };
}
