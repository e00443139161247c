import { pino } from 'pino';
import { onTestFinished, vi } from 'vitest';
import { startJobs, type Jobs } from '../../apps/api/src/jobs.js';
import { MAILER, type Mail, type Mailer } from '../../apps/api/src/mail/mailer.js';
import { openApplication, type TestApplication } from './api-application.js';

export interface TestWorker extends TestApplication {
  /** Mails that the mail server took, in their order. */
  readonly sent: Mail[];
  /** What it logged of jobs that failed. */
  readonly failures: string[];
  /** The way out to the mail server, for a test that has it fail. */
  readonly mailer: Mailer;
  /** From here on it does jobs and looks after workspaces. */
  work(): Jobs;
}

/** A worker in the test's own process, with a mail server that takes everything; it ends with the test. */
export async function aWorker(options: { databaseUrl: string; redisUrl: string }): Promise<TestWorker> {
  const application = await openApplication(options);
  const { app, config, close } = application;
  const sent: Mail[] = [];
  const failures: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line) => void failures.push(line) });
  const mailer = app.get<Mailer>(MAILER, { strict: false });
  vi.spyOn(mailer, 'send').mockImplementation(async (mail) => void sent.push(mail));
  let jobs: Jobs | undefined;
  onTestFinished(async () => {
    await jobs?.close();
    await close();
  });
  return { ...application, sent, failures, mailer, work: () => (jobs ??= startJobs(app, config, logger)) };
}
