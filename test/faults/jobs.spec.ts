import { newUuid } from '@calkeep/contract';
import { JobQueue, type QueueBackend, type TokenUse } from '@calkeep/queue';
import { SealingKeyring } from '@calkeep/security';
import { Redis } from 'ioredis';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { mailSealContext } from '../../apps/api/src/mail/mail-seal-context.js';
import { aToken, arrange, aWorkspace, buildIn, type TestToken, type TestWorkspace } from '../support/builders.js';
import { connect, scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { until } from '../support/load.js';
import { errorLines } from '../support/log-lines.js';
import { OwnRedis } from '../support/own-redis.js';
import { secretSettings } from '../support/secrets.js';
import { describeWithRedis } from '../support/with-redis.js';
import { startWorker, type WorkerProcess } from '../support/worker-process.js';
import { serviceUrl } from '../support/service-url.js';

const takenUpMs = 15_000;
/** Processes start and end in between, which takes a busy machine its time; what is guaranteed is measured apart. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });
const secretText = 'https://app.acme.test/invitations/a-secret';

/** No other process of the run works in these. */
let database: ScratchDatabase;
let redis: OwnRedis | null = null;

beforeAll(async () => {
  database = await scratchDatabase();
  buildIn(database);
  if (serviceUrl('redisUrl') === null) return;
  redis = await OwnRedis.prepare('jobs');
  await redis.start();
});
afterAll(async () => {
  await redis?.stop();
  await database.drop();
});

const backends = [
  { name: 'PostgreSQL', redisUrl: () => 'none' },
  ...(serviceUrl('redisUrl') === null ? [] : [{ name: 'Redis', redisUrl: () => redis?.url ?? '' }]),
];

describe.each(backends)('with the queue in $name', ({ redisUrl }) => {
  it('a job whose worker is killed, three times in a row, is taken up within 15 s and takes effect once', async () => {
    const token = await aToken();
    const lock = await lockToken(token);
    await leaveUse(token, backendOf(redisUrl()));
    let worker = await aWorker(redisUrl());
    await until(async () => (await lock.waiting()) === 1, takenUpMs);

    const takenUpAfter: number[] = [];
    for (const kill of [1, 2, 3]) {
      const next = await aWorker(redisUrl());
      await worker.kill();
      // The session of the one that was killed goes on waiting: PostgreSQL has not seen yet that it is gone.
      takenUpAfter.push(await until(async () => (await lock.waiting()) === kill + 1, takenUpMs));
      worker = next;
    }
    await lock.release();

    await until(async () => (await usesOf(token)) > 0, takenUpMs);
    expect(await worker.stop()).toBe(0);
    expect(await usesOf(token)).toBe(1);
    console.info(`killed thrice: taken up after ${takenUpAfter.map(Math.round).join(', ')} ms`);
  });

  it('SIGTERM under load: what is in hand is finished, the rest is another’s, and each mail goes once', async () => {
    const workspace = await aWorkspace();
    const names = await leaveMany(workspace, 300);
    const first = await aWorker(redisUrl());
    await until(async () => sentBy([first]).length > 20, takenUpMs);

    const signalledAt = performance.now();
    expect(await first.stop()).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(30_000);
    const second = await aWorker(redisUrl());

    await untilDone(workspace);
    expect(await second.stop()).toBe(0);
    expect(sentBy([first])).not.toHaveLength(names.length);
    expect(sentBy([first, second])).toEqual(names);
    expect([first, second].flatMap((worker) => errorLines(worker.logs()))).toEqual([]);
  });

  it('what nobody can do or read is set aside, and the rest goes on', async () => {
    const workspace = await aWorkspace();
    const token = await aToken({ workspace });
    const queue = new JobQueue(backendOf(redisUrl()));
    // As a release that was taken back, or a hand in the database, would leave them.
    const batches = [
      { workspaceId: 'nowhere', uses: [] },
      { workspaceId: workspace.uuid, uses: [aUse(token)] },
    ];
    await queue.add('token-usage', { batches }, { id: newUuid() });
    await queue.add('outbox', { workspaceId: workspace.uuid, id: 'no id' }, { id: newUuid() });
    await queue.add('forgotten' as 'outbox', { workspaceId: workspace.uuid, id: newUuid() }, { id: newUuid() });
    await queue.close();
    const spoilt = await leaveMails(workspace, ['Spoilt']);
    await arrange(workspace.uuid, (client) =>
      client.query(`update outbox set payload = '{"keyId":"test","sealed":"AAAA"}' where workspace_id = $1`, [
        workspace.uuid,
      ]),
    );
    await leaveMails(workspace, ['Sound', 'Sound too']);

    const worker = await aWorker(redisUrl());

    await until(async () => (await entriesOf(workspace)).every(({ isSetAside }) => isSetAside), takenUpMs);
    expect((await entriesOf(workspace)).map(({ id }) => id)).toEqual(spoilt);
    expect(await worker.stop()).toBe(0);
    expect(sentBy([worker])).toEqual(['Sound', 'Sound too']);
    expect(await usesOf(token)).toBe(1);
  });
});

it('a mail whose worker dies after sending it, and before it says so, is not lost: it is sent again', async () => {
  const workspace = await aWorkspace();
  const removal = await holdRemovals();
  await leaveMails(workspace, ['Twice']);
  const [first, second] = [await aWorker('none'), await aWorker('none')];
  await until(async () => (await removal.waiting()) === 1, takenUpMs);
  const [dying, living] = sentBy([first]).length === 1 ? [first, second] : [second, first];

  await dying.kill();
  await removal.release();
  const takenUpAfter = await until(async () => sentBy([living]).length === 1, takenUpMs);

  await untilDone(workspace);
  expect(sentBy([first, second])).toEqual(['Twice', 'Twice']);
  console.info(`killed after sending: sent again after ${Math.round(takenUpAfter)} ms`);
});

it('says to whom a mail would have gone and what about, and never what it says', async () => {
  const workspace = await aWorkspace();
  await leaveMails(workspace, ['An invitation']);
  const worker = await aWorker('none');

  await untilDone(workspace);
  expect(await worker.stop()).toBe(0);
  expect(worker.logs()).toContain('a mail to ada@acme.test was not sent: An invitation');
  expect(worker.logs()).not.toContain(secretText);
});

describeWithRedis('with Redis flushed while jobs are queued', () => {
  it('all of them are done within 15 s, and each once', async () => {
    const workspace = await aWorkspace();
    const names = await leaveMany(workspace, 600);
    const worker = await aWorker(redis?.url ?? '');
    await until(async () => sentBy([worker]).length > 50, takenUpMs);

    const client = new Redis(redis?.url ?? '');
    await client.flushall();
    client.disconnect();
    const sentBefore = sentBy([worker]).length;

    await untilDone(workspace);
    expect(sentBefore).toBeLessThan(names.length);
    expect(sentBy([worker])).toEqual(names);
    expect(await worker.stop()).toBe(0);
  });
});

async function aWorker(redisUrl: string): Promise<WorkerProcess> {
  // What waits for a lock of the test is not cut off before the test lets go.
  const env = { DATABASE_TIMEOUT_MS: '120000', DATABASE_PIPELINES: '1' };
  const worker = await startWorker({ databaseUrl: database.appUrl, redisUrl, env });
  onTestFinished(() => worker.kill());
  return worker;
}

function backendOf(redisUrl: string): QueueBackend {
  return redisUrl === 'none' ? { kind: 'postgres', databaseUrl: database.appUrl } : { kind: 'redis', url: redisUrl };
}

interface HeldLock {
  /** How many sessions wait for it. */
  waiting(): Promise<number>;
  release(): Promise<void>;
}

/** Whoever writes to the token waits. */
async function lockToken({ uuid }: TestToken): Promise<HeldLock> {
  const session = await connect(database.superuserUrl);
  await session.query('begin');
  await session.query('select from api_tokens where id = $1 for update', [uuid]);
  return heldBy(session, 'rollback');
}

/** Whoever removes a row of the outbox waits. */
async function holdRemovals(): Promise<HeldLock> {
  const session = await connect(database.superuserUrl);
  await session.query(`
    create function wait_for_test() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock_shared(1); return old; end';
    create trigger wait_for_test before delete on outbox for each row execute function wait_for_test();
    select pg_advisory_lock(1)`);
  return heldBy(session, 'select pg_advisory_unlock(1)');
}

async function heldBy(session: Client, end: string): Promise<HeldLock> {
  const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
  const observer = await connect(database.superuserUrl);
  // Each waits for the holder, or for another that does.
  const waiting = `select from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0
    and pid <> $1`;
  return {
    waiting: async () => (await observer.query(waiting, [rows[0]?.pid])).rowCount ?? 0,
    release: async () => void (await session.query(end)),
  };
}

async function leaveUse(token: TestToken, backend: QueueBackend): Promise<void> {
  const queue = new JobQueue(backend);
  const batches = [{ workspaceId: token.workspace.uuid, uses: [aUse(token)] }];
  await queue.add('token-usage', { batches }, { id: newUuid() });
  await queue.close();
}

function aUse({ uuid }: TestToken): TokenUse {
  const caller = { ip: '198.51.100.1', userAgent: 'test', requestId: 'req_1', clientRequestId: null };
  return { id: newUuid(), tokenId: uuid, at: new Date().toISOString(), hitsSinceLast: 1, ...caller };
}

async function usesOf({ workspace }: TestToken): Promise<number> {
  const { rowCount } = await arrange(workspace.uuid, (client) =>
    client.query(`select from audit_events where workspace_id = $1 and action = 'API_TOKEN_USED'`, [workspace.uuid]),
  );
  return rowCount ?? 0;
}

/** Mails as the API leaves them. @returns the ids of their rows, in the order of the subjects. */
async function leaveMails({ uuid }: TestWorkspace, subjects: readonly string[]): Promise<string[]> {
  const sealing = SealingKeyring.parse(secretSettings.SEALING_KEYS);
  const mails = subjects.map((subject) => JSON.stringify({ to: 'ada@acme.test', subject, text: secretText }));
  const payloads = mails.map((mail) => {
    const { keyId, sealed } = sealing.seal(mail, mailSealContext(uuid));
    return JSON.stringify({ keyId, sealed: sealed.toString('base64') });
  });
  const ids = subjects.map(() => newUuid());
  await arrange(uuid, async (client) => {
    await client.query(
      `insert into outbox (workspace_id, id, topic, payload)
       select $1, id, 'mail', payload from unnest($2::uuid[], $3::jsonb[]) as row (id, payload)`,
      [uuid, ids, payloads],
    );
    await client.query(
      `insert into workspace_work as work (workspace_id, kind, due_at) values ($1, 'outbox', now())
       on conflict (workspace_id, kind) do update set due_at = excluded.due_at`,
      [uuid],
    );
  });
  return ids;
}

/** @returns the subjects, sorted. */
async function leaveMany(workspace: TestWorkspace, count: number): Promise<string[]> {
  const subjects = Array.from({ length: count }, (_, index) => `Mail ${String(index).padStart(4, '0')}`);
  await leaveMails(workspace, subjects);
  return subjects;
}

/** The subjects of the mails that these would have sent, sorted. */
function sentBy(workers: readonly WorkerProcess[]): string[] {
  const lines = workers.flatMap((worker) => [...worker.logs().matchAll(/was not sent: ([^"]+)"/g)]);
  return lines.map(([, subject = '']) => subject).sort();
}

async function untilDone(workspace: TestWorkspace): Promise<void> {
  await until(async () => (await entriesOf(workspace)).length === 0, takenUpMs);
}

async function entriesOf({ uuid }: TestWorkspace): Promise<{ id: string; isSetAside: boolean }[]> {
  const { rows } = await arrange(uuid, (client) =>
    client.query(
      `select id, set_aside_at is not null as "isSetAside" from outbox where workspace_id = $1 order by id`,
      [uuid],
    ),
  );
  return rows;
}
