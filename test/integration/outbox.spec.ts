import { newUuid } from '@calkeep/contract';
import { JobNotYetError } from '@calkeep/queue';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MailQueue } from '../../apps/api/src/mail/mail-queue.js';
import type { Mailer } from '../../apps/api/src/mail/mailer.js';
import { OutboxJobs } from '../../apps/api/src/outbox/outbox-jobs.js';
import { OutboxRelay } from '../../apps/api/src/outbox/outbox-relay.js';
import { Outbox } from '../../apps/api/src/outbox/outbox.js';
import { UpkeepLoop } from '../../apps/api/src/upkeep/upkeep-loop.js';
import { arrange, aWorkspace, buildIn, type TestWorkspace } from '../support/builders.js';
import { scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { OwnRedis } from '../support/own-redis.js';
import { aWorker, type TestWorker } from '../support/test-worker.js';
import { describeWithRedis } from '../support/with-redis.js';
import { serviceUrl } from '../support/service-url.js';

const patience = { timeout: 15_000, interval: 50 };

/** No other process of the run works in it, nor takes its jobs. */
let database: ScratchDatabase;
let redis: OwnRedis | null = null;

beforeAll(async () => {
  database = await scratchDatabase();
  buildIn(database);
  if (serviceUrl('redisUrl') === null) return;
  redis = await OwnRedis.prepare('outbox');
  await redis.start();
});
afterAll(async () => {
  await redis?.stop();
  await database.drop();
});

const onPostgres = () => aWorker({ databaseUrl: database.appUrl, redisUrl: 'none' });
const onRedis = () => aWorker({ databaseUrl: database.appUrl, redisUrl: redis?.url ?? '' });
const backends = [
  { name: 'PostgreSQL', open: onPostgres },
  ...(serviceUrl('redisUrl') === null ? [] : [{ name: 'Redis', open: onRedis }]),
];

describe.each(backends)('with the queue in $name', ({ open }) => {
  it('does what a committed transaction left, and nothing of one that was rolled back', async () => {
    const worker = await open();
    const workspace = await aWorkspace();
    worker.work();

    await leaveMails(worker, workspace, ['First']);
    const rolledBack = leaveMails(worker, workspace, ['Never'], () => Promise.reject(new Error('rolled back')));
    await expect(rolledBack).rejects.toThrow('rolled back');
    await leaveMails(worker, workspace, ['Second']);

    await untilDone(workspace);
    expect(subjects(worker).sort()).toEqual(['First', 'Second']);
  });

  it('has each of many rows done once by two workers', async () => {
    const workers = [await open(), await open()];
    const workspaces = [await aWorkspace(), await aWorkspace(), await aWorkspace()];
    const names = Array.from({ length: 30 }, () => newUuid());
    for (const worker of workers) worker.work();

    await Promise.all(
      workspaces.map(async (workspace, index) => {
        const [worker] = workers;
        if (worker) await leaveMails(worker, workspace, names.slice(index * 10, index * 10 + 10));
        // Beside the loops' own runs.
        await Promise.all([...workers, ...workers].map((worker) => relay(worker, workspace)));
      }),
    );

    for (const workspace of workspaces) await untilDone(workspace);
    expect(workers.flatMap(subjects).sort()).toEqual(names.sort());
  });

  it('tries again what failed', async () => {
    const worker = await open();
    const workspace = await aWorkspace();
    vi.mocked(worker.mailer.send).mockRejectedValueOnce(new Error('the mail server is busy'));
    worker.work();

    await leaveMails(worker, workspace, ['Late']);

    await untilDone(workspace);
    expect(subjects(worker)).toEqual(['Late']);
  });

  it('sets aside what nobody can read, for good, and goes on with the rest', async () => {
    const worker = await open();
    const workspace = await aWorkspace();
    await leaveMails(worker, workspace, ['Spoilt', 'Sound']);
    const [spoilt] = await entriesOf(workspace);
    await arrange(workspace.uuid, (client) =>
      client.query(`update outbox set payload = payload || '{"sealed":"AAAA"}' where id = $1`, [spoilt?.id]),
    );

    worker.work();

    const left = [{ id: spoilt?.id, isSetAside: true }];
    await vi.waitFor(async () => expect(await entriesOf(workspace)).toEqual(left), patience);
    await hurry(workspace);
    await vi.waitFor(async () => expect(await workOf(workspace)).toEqual([]), patience);
    expect(await entriesOf(workspace)).toEqual(left);
    expect(subjects(worker)).toEqual(['Sound']);
  });

  it('has a job wait, and not fail, while its row is in other hands', async () => {
    const worker = await open();
    const workspace = await aWorkspace();
    await leaveMails(worker, workspace, ['In other hands']);
    await arrange(workspace.uuid, (client) =>
      client.query(`update outbox set taken_at = now() - interval '5 s' where workspace_id = $1`, [workspace.uuid]),
    );
    worker.work();

    await untilDone(workspace);

    expect(subjects(worker)).toEqual(['In other hands']);
    expect(worker.failures).toEqual([]);
  });

  it('opens a mail in its own workspace alone', async () => {
    const worker = await open();
    const [ours, theirs] = [await aWorkspace(), await aWorkspace()];
    await leaveMails(worker, ours, ['Ours']);
    const { rows } = await arrange(ours.uuid, (client) =>
      client.query('delete from outbox where workspace_id = $1 returning payload', [ours.uuid]),
    );
    await worker.database.forWorkspace(theirs.uuid).transaction(async (tx) => {
      const message = { topic: 'mail', payload: rows[0].payload, requestId: null } as const;
      await worker.app.get(Outbox, { strict: false }).add(tx, theirs.uuid, message);
    });

    worker.work();

    await vi.waitFor(
      async () => expect(await entriesOf(theirs)).toEqual([expect.objectContaining({ isSetAside: true })]),
      patience,
    );
    expect(worker.sent).toEqual([]);
  });

  it('finishes what it has in hand before it ends', async () => {
    const worker = await open();
    const workspace = await aWorkspace();
    const { isSending, letGo } = holdSending(worker.mailer);
    const jobs = worker.work();
    await leaveMails(worker, workspace, ['In hand']);
    await isSending;

    const closed = jobs.close();
    letGo();
    await closed;

    expect(await entriesOf(workspace)).toEqual([]);
  });
});

it('a job that runs beside itself leaves the row to the one that has it', async () => {
  const worker = await onPostgres();
  const workspace = await aWorkspace();
  await leaveMails(worker, workspace, ['Once']);
  const [entry] = await entriesOf(workspace);
  const job = { workspaceId: workspace.uuid, id: entry?.id ?? '' };
  const outboxJobs = worker.app.get(OutboxJobs, { strict: false });
  const { isSending, letGo } = holdSending(worker.mailer);

  const first = outboxJobs.run(job);
  await isSending;
  await expect(outboxJobs.run(job)).rejects.toBeInstanceOf(JobNotYetError);
  letGo();
  await first;
  await outboxJobs.run(job);

  expect(worker.mailer.send).toHaveBeenCalledTimes(1);
});

it('a row that a worker had in hand when it ended is another’s after a while', async () => {
  const worker = await onPostgres();
  const workspace = await aWorkspace();
  await leaveMails(worker, workspace, ['Left behind']);
  const [entry] = await entriesOf(workspace);
  const job = { workspaceId: workspace.uuid, id: entry?.id ?? '' };
  const takeAgo = (seconds: number) =>
    arrange(workspace.uuid, (client) =>
      client.query('update outbox set taken_at = now() - make_interval(secs => $2) where id = $1', [job.id, seconds]),
    );
  const outboxJobs = worker.app.get(OutboxJobs, { strict: false });

  await takeAgo(7);
  await expect(outboxJobs.run(job)).rejects.toBeInstanceOf(JobNotYetError);
  await takeAgo(8);
  await outboxJobs.run(job);

  expect(subjects(worker)).toEqual(['Left behind']);
});

describeWithRedis('with a queue that loses everything', () => {
  it('fills it again within 15 s', async () => {
    const [leaving, working] = [await onRedis(), await onRedis()];
    const workspace = await aWorkspace();
    const names = Array.from({ length: 20 }, () => newUuid());
    await leaveMails(leaving, workspace, names);
    const loop = leaving.app.get(UpkeepLoop, { strict: false });
    loop.start();
    const client = new Redis(redis?.url ?? '');
    const jobs = (await entriesOf(workspace)).map(({ id }) => `{calkeep-jobs}:calkeep:outbox_${id}`);
    await vi.waitFor(async () => expect(await client.exists(...jobs)).toBe(20), patience);

    await client.flushall();
    const flushedAt = performance.now();
    expect(await client.keys('*')).toEqual([]);
    client.disconnect();
    working.work();

    await untilDone(workspace, { timeout: 15_000, interval: 50 });
    console.info(`flushed: all done after ${Math.round(performance.now() - flushedAt)} ms`);
    await loop.stop();
    expect(subjects(working).sort()).toEqual(names.sort());
  });
});

/** Mails with these subjects, in one transaction, which ends with `last`. */
async function leaveMails(
  { app, database }: TestWorker,
  workspace: TestWorkspace,
  names: readonly string[],
  last: () => Promise<void> = async () => undefined,
): Promise<void> {
  const mails = app.get(MailQueue, { strict: false });
  await database.forWorkspace(workspace.uuid).transaction(async (tx) => {
    for (const subject of names) {
      const mail = { to: 'ada@acme.test', subject, text: 'A secret link.' };
      await mails.send(tx, workspace.uuid, { mail, requestId: 'req_test' });
    }
    await last();
  });
}

async function relay({ app }: TestWorker, workspace: TestWorkspace): Promise<void> {
  const work = { workspaceId: workspace.uuid, kind: 'outbox', version: '0' } as const;
  await app.get(OutboxRelay, { strict: false }).run(work);
}

/** The next mail is under way until it is let go. */
function holdSending(mailer: Mailer): { isSending: Promise<void>; letGo: () => void } {
  let letGo = () => undefined as void;
  let begin = () => undefined as void;
  const isSending = new Promise<void>((resolve) => (begin = resolve));
  const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
  vi.mocked(mailer.send).mockImplementationOnce(async () => {
    begin();
    await isLetGo;
  });
  return { isSending, letGo: () => letGo() };
}

async function untilDone(workspace: TestWorkspace, within = patience): Promise<void> {
  await vi.waitFor(async () => expect(await entriesOf(workspace)).toEqual([]), within);
}

const subjects = ({ sent }: TestWorker) => sent.map(({ subject }) => subject);

async function entriesOf({ uuid }: TestWorkspace): Promise<{ id: string; isSetAside: boolean }[]> {
  const { rows } = await arrange(uuid, (client) =>
    client.query(
      `select id, set_aside_at is not null as "isSetAside" from outbox where workspace_id = $1 order by id`,
      [uuid],
    ),
  );
  return rows;
}

/** What is due later is due now. */
async function hurry({ uuid }: TestWorkspace): Promise<void> {
  await arrange(uuid, (client) =>
    client.query('update workspace_work set due_at = now() where workspace_id = $1', [uuid]),
  );
}

async function workOf({ uuid }: TestWorkspace): Promise<unknown[]> {
  const { rows } = await arrange(uuid, (client) =>
    client.query('select kind from workspace_work where workspace_id = $1', [uuid]),
  );
  return rows;
}
