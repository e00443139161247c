export type { QueueBackend } from './backend.js';
export { JobQueue } from './job-queue.js';
export { JobNotYetError, JobWorker, type JobFailure, type JobWorkerOptions } from './job-worker.js';
export type {
  JobHandler,
  JobHandlers,
  JobName,
  JobPayloads,
  OutboxPayloads,
  OutboxTopic,
  TokenRequestBatch,
  TokenRequestCounts,
  TokenUse,
  TokenUseBatch,
} from './jobs.js';
export { prepareJobTables } from './prepare-job-tables.js';
/** Thrown by a handler for what no further try can mend: the job is set aside at once. */
export { UnrecoverableError } from 'bullmq';
