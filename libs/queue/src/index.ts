export type { QueueBackend } from './backend.js';
export { JobQueue } from './job-queue.js';
export { JobWorker, type JobWorkerOptions } from './job-worker.js';
export type { JobHandlers, JobName, JobPayloads, TokenUse } from './jobs.js';
export { prepareJobTables } from './prepare-job-tables.js';
