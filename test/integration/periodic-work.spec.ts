import { randomBytes } from 'node:crypto';
import { newUuid } from '@calkeep/contract';
import type { WorkspaceTransaction } from '@calkeep/database';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { AuditTrail } from '../../apps/api/src/audit-log/audit-trail.js';
import { MailQueue, type Mail } from '../../apps/api/src/mail/mail-queue.js';
import { RequestMetrics } from '../../apps/api/src/metrics/request-metrics.js';
import { CheckpointWork } from '../../apps/api/src/upkeep/checkpoint-work.js';
import { ExpiredRows } from '../../apps/api/src/upkeep/expired-rows.js';
import { ExpiryNotices } from '../../apps/api/src/upkeep/expiry-notices.js';
import { Retention } from '../../apps/api/src/upkeep/retention.js';
import { Upkeep, type UpkeepHandler } from '../../apps/api/src/upkeep/upkeep.js';
import { WorkspaceWorkRepository, type WorkKind } from '../../apps/api/src/upkeep/workspace-work.repository.js';
import { operator } from '../support/actor.js';
import { openApplication, type TestApplication } from '../support/api-application.js';
import { aToken, arrange, aWorkspace, buildIn, type TestToken, type TestWorkspace } from '../support/builders.js';
import { aMember, aSession, aUser } from '../support/console.js';
import { connect, scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { until } from '../support/load.js';

const dayMs = 86_400_000;

/** No other process of the run looks after its workspaces. */
let database: ScratchDatabase;
let application: TestApplication;

beforeAll(async () => {
  database = await scratchDatabase();
  buildIn(database);
  application = await openApplication({ databaseUrl: database.appUrl, redisUrl: 'none' });
});
afterAll(async () => {
  await application.close();
  await database.drop();
});

it('tells each owner and admin once, in one mail, of the tokens that end within seven days', async () => {
  const owner = await aMember({ role: 'owner' });
  const { workspace } = owner;
  const admin = await aMember({ role: 'admin', workspace });
  for (const role of ['member', 'auditor'] as const) await aMember({ role, workspace });
  const [soonAt, soonerAt] = [inDays(2), inDays(1)];
  const soon = await aToken({ workspace, label: 'Billing', expiresAt: soonAt });
  const sooner = await aToken({ workspace, label: 'Reports\nHello', expiresAt: soonerAt, mode: 'test' });
  const sent = spyOnMails();

  await lookAfter(workspace, 'expiry', ExpiryNotices);
  await lookAfter(workspace, 'expiry', ExpiryNotices);

  expect(
    sent()
      .map(({ to }) => to)
      .sort(),
  ).toEqual([owner.email, admin.email].sort());
  expect(new Set(sent().map(({ subject }) => subject))).toEqual(new Set(['API tokens of Acme end within 7 days']));
  const [text = ''] = sent().map((mail) => mail.text);
  expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
    `- Reports Hello (${sooner.secret.slice(0, 12)}…): ${minuteOf(soonerAt)}`,
    `- Billing (${soon.secret.slice(0, 12)}…): ${minuteOf(soonAt)}`,
  ]);
  expect(text).toContain(application.config.PUBLIC_URL);
});

it.each([
  ['that ends later', { expiresAt: inDays(8) }],
  ['that never ends', { expiresAt: null }],
  ['that is over', { expiresAt: inDays(-1) }],
  ['that was revoked', { expiresAt: inDays(1), revokedAt: inDays(-1) }],
  ['that is disabled', { expiresAt: inDays(1), disabledAt: inDays(-1) }],
])('tells nobody of a token %s', async (_case, token) => {
  const { workspace } = await aMember();
  await aToken({ workspace, ...token });
  const sent = spyOnMails();

  await lookAfter(workspace, 'expiry', ExpiryNotices);

  expect(sent()).toEqual([]);
});

it('tells nobody of a token that has a successor', async () => {
  const { workspace } = await aMember();
  const token = await aToken({ workspace, expiresAt: inDays(2) });
  await change(token, 'rotated_at = now(), retires_at = now()');
  const sent = spyOnMails();

  await lookAfter(workspace, 'expiry', ExpiryNotices);

  expect(sent()).toEqual([]);
});

it('is due again when the next token comes within seven days of its end, and then no more', async () => {
  const { workspace } = await aMember();
  await aToken({ workspace, expiresAt: inDays(3) });
  const later = await aToken({ workspace, expiresAt: inDays(30) });

  await lookAfter(workspace, 'expiry', ExpiryNotices);
  expect(Math.abs(Number(await dueAt(workspace, 'expiry')) - Number(inDays(23)))).toBeLessThan(10_000);
  await change(later, `expires_at = now() + interval '1 day'`);
  await lookAfter(workspace, 'expiry', ExpiryNotices);

  expect(await dueAt(workspace, 'expiry')).toBeNull();
});

it('marks no token as told of when its mail could not be left', async () => {
  const { workspace } = await aMember();
  const token = await aToken({ workspace, expiresAt: inDays(3) });
  const send = vi.spyOn(application.app.get(MailQueue, { strict: false }), 'send');
  send.mockRejectedValueOnce(new Error('no room'));

  await expect(lookAfter(workspace, 'expiry', ExpiryNotices)).rejects.toThrow('no room');

  const { rows } = await arrange(workspace.uuid, (client) =>
    client.query('select expiry_notified_at as at from api_tokens where id = $1', [token.uuid]),
  );
  expect(rows).toEqual([{ at: null }]);
});

it('of two workers that look at once, one tells', async () => {
  const { workspace } = await aMember();
  await aToken({ workspace, expiresAt: inDays(3) });
  const sent = spyOnMails();
  const notices = application.app.get(ExpiryNotices, { strict: false });
  const work = { workspaceId: workspace.uuid, kind: 'expiry', version: '0' } as const;

  await Promise.all([notices.run(work), notices.run(work), notices.run(work)]);

  expect(sent()).toHaveLength(1);
});

it('covers an audit log with a checkpoint, and rests until something is appended', async () => {
  const workspace = await aWorkspace();
  await append(workspace);
  await append(workspace);

  await lookAfter(workspace, 'checkpoint', CheckpointWork);
  expect(await checkpointsOf(workspace)).toEqual([2]);
  expect(await dueAt(workspace, 'checkpoint')).toBeNull();
  await append(workspace);

  const seconds = application.config.AUDIT_CHECKPOINT_SECONDS;
  expect(Math.abs(Number(await dueAt(workspace, 'checkpoint')) - Date.now() - seconds * 1_000)).toBeLessThan(10_000);
});

it('comes back for what was being appended to an audit log while it was signed', async () => {
  const workspace = await aWorkspace();
  await append(workspace);
  let letGo = () => undefined as void;
  const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
  let tellPid = (_pid: number) => undefined as void;
  const pid = new Promise<number>((resolve) => (tellPid = resolve));
  const appending = append(workspace, async (tx) => {
    const [row] = await tx.$queryRaw<{ pid: number }[]>`select pg_backend_pid() as pid`;
    tellPid(row?.pid ?? 0);
    await isLetGo;
  });
  const appenderPid = await pid;

  const working = lookAfter(workspace, 'checkpoint', CheckpointWork);
  await untilWaitedFor(appenderPid);
  letGo();
  await Promise.all([working, appending]);

  expect(await checkpointsOf(workspace)).toEqual([1]);
  expect(await dueAt(workspace, 'checkpoint')).not.toBeNull();
});

it('tells in the metrics for how long work has been due that nobody does', async () => {
  const { uuid } = await aWorkspace();
  await arrange(uuid, (client) =>
    client.query(
      `insert into workspace_work (workspace_id, kind, due_at) values ($1, 'outbox', now() - interval '100 s')`,
      [uuid],
    ),
  );

  const { registry } = application.app.get(RequestMetrics, { strict: false });

  expect(await registry.metrics()).toMatch(/^calkeep_work_overdue_seconds\{kind="outbox"\} 10\d\./m);
});

it('removes answers under idempotency keys that have expired, and comes back for the next', async () => {
  const [workspace, other] = [await aWorkspace(), await aWorkspace()];
  await anIdempotencyKey(workspace, inDays(-1));
  await anIdempotencyKey(other, inDays(-1));
  await anIdempotencyKey(workspace, inDays(1));

  await lookAfter(workspace, 'retention', Retention);

  expect(await keysOf(workspace)).toBe(1);
  expect(await keysOf(other)).toBe(1);
  expect(Math.abs(Number(await dueAt(workspace, 'retention')) - Number(inDays(1)))).toBeLessThan(10_000);
  await arrange(workspace.uuid, (client) =>
    client.query(`update idempotency_keys set expires_at = now() where workspace_id = $1`, [workspace.uuid]),
  );
  await lookAfter(workspace, 'retention', Retention);
  expect(await keysOf(workspace)).toBe(0);
  expect(await dueAt(workspace, 'retention')).toBeNull();
});

it('removes sessions, enrolments, challenges and attempts that are over, and no others', async () => {
  const user = await aUser();
  const [over, open] = [await aSession(user), await aSession(user)];
  const [spent, full] = [randomBytes(32), randomBytes(32)];
  const another = await aUser();
  await arrange('', async (client) => {
    await client.query('update sessions set expires_at = now() where id = $1', [over.uuid]);
    const enrolment = `insert into user_totp_enrolments (user_id, secret_sealed, key_id, expires_at)
      values ($1, '', 'test', now() + make_interval(secs => $2))`;
    await client.query(enrolment, [user.uuid, 0]);
    await client.query(enrolment, [another.uuid, 60]);
    const challenge = `insert into webauthn_challenges (session_id, purpose, challenge, expires_at)
      values ($1, $2, 'x', now() + make_interval(secs => $3))`;
    await client.query(challenge, [open.uuid, 'register', 0]);
    await client.query(challenge, [open.uuid, 'authenticate', 60]);
    const bucket = `insert into attempt_buckets (key, taken, at, full_at)
      values ($1, 1, now(), now() + make_interval(secs => $2))`;
    await client.query(bucket, [full, 0]);
    await client.query(bucket, [spent, 60]);
  });

  await application.app.get(ExpiredRows, { strict: false }).remove();

  expect(await valuesOf('select id from sessions where user_id = $1', [user.uuid])).toEqual([open.uuid]);
  expect(
    await valuesOf('select user_id from user_totp_enrolments where user_id = any($1)', [[user.uuid, another.uuid]]),
  ).toEqual([another.uuid]);
  expect(await valuesOf('select purpose from webauthn_challenges where session_id = $1', [open.uuid])).toEqual([
    'authenticate',
  ]);
  expect(await valuesOf('select key from attempt_buckets where key = any($1)', [[spent, full]])).toEqual([spent]);
});

it('leaves the removal to another process that is at it', async () => {
  const session = await aSession(await aUser());
  await arrange('', (client) => client.query('update sessions set expires_at = now() where id = $1', [session.uuid]));
  const another = await connect(database.appUrl);
  await another.query('begin');
  await another.query(`select pg_advisory_xact_lock(hashtextextended('calkeep expired rows', 0))`);
  const expiredRows = application.app.get(ExpiredRows, { strict: false });
  const left = () => valuesOf('select id from sessions where id = $1', [session.uuid]);

  await expiredRows.remove();
  expect(await left()).toEqual([session.uuid]);
  await another.query('rollback');
  await expiredRows.remove();

  expect(await left()).toEqual([]);
});

/** As the loop does: takes the work and has it done. */
async function lookAfter(
  { uuid }: TestWorkspace,
  kind: WorkKind,
  handler: new (...parts: never[]) => UpkeepHandler,
): Promise<void> {
  const { app, database } = application;
  await database
    .forWorkspace(uuid)
    .transaction((tx) => app.get(Upkeep, { strict: false }).ask(tx, uuid, kind, new Date()));
  const taken = await app.get(WorkspaceWorkRepository, { strict: false }).take([kind], 100);
  const work = taken.find(({ workspaceId }) => workspaceId === uuid);
  if (work) await app.get<UpkeepHandler>(handler, { strict: false }).run(work);
}

/** One event, in a transaction that ends with `last`. */
async function append(
  { uuid }: TestWorkspace,
  last: (tx: WorkspaceTransaction) => Promise<void> = async () => undefined,
): Promise<void> {
  const { app, database } = application;
  await database.forWorkspace(uuid).transaction(async (tx) => {
    const target = { type: 'workspace', id: null } as const;
    const entry = { actor: operator, action: 'PLAN_CHANGED', target, payload: {} } as const;
    await app.get(AuditTrail, { strict: false }).append(tx, uuid, [entry]);
    await last(tx);
  });
}

/** Until somebody waits for what this session has locked. */
async function untilWaitedFor(pid: number): Promise<void> {
  const observer = await connect(database.superuserUrl);
  const waiting = 'select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))';
  await until(async () => (await observer.query(waiting, [pid])).rowCount === 1, 4_000);
}

async function checkpointsOf({ uuid }: TestWorkspace): Promise<number[]> {
  const { rows } = await arrange(uuid, (client) =>
    client.query('select seq::int from audit_checkpoints where workspace_id = $1 order by seq', [uuid]),
  );
  return rows.map(({ seq }) => seq);
}

/** What leaves by mail from here to the end of the test. */
function spyOnMails(): () => Mail[] {
  const send = vi.spyOn(application.app.get(MailQueue, { strict: false }), 'send');
  onTestFinished(() => send.mockRestore());
  return () => send.mock.calls.map(([, , { mail }]) => mail);
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * dayMs);
}

function minuteOf(instant: Date): string {
  return `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

async function change({ workspace, uuid }: TestToken, assignments: string): Promise<void> {
  await arrange(workspace.uuid, (client) =>
    client.query(`update api_tokens set ${assignments} where workspace_id = $1 and id = $2`, [workspace.uuid, uuid]),
  );
}

async function dueAt({ uuid }: TestWorkspace, kind: WorkKind): Promise<Date | null> {
  const { rows } = await arrange(uuid, (client) =>
    client.query('select due_at as at from workspace_work where workspace_id = $1 and kind = $2', [uuid, kind]),
  );
  return rows[0]?.at ?? null;
}

async function anIdempotencyKey({ uuid }: TestWorkspace, expiresAt: Date): Promise<void> {
  await arrange(uuid, (client) =>
    client.query(
      `insert into idempotency_keys (workspace_id, lineage_id, route, key, request_hash, expires_at)
       values ($1, $2, 'POST /api/v1/contacts', 'key', sha256(''), $3)`,
      [uuid, newUuid(), expiresAt],
    ),
  );
}

async function keysOf({ uuid }: TestWorkspace): Promise<number> {
  const { rowCount } = await arrange(uuid, (client) =>
    client.query('select from idempotency_keys where workspace_id = $1', [uuid]),
  );
  return rowCount ?? 0;
}

async function valuesOf(statement: string, values: unknown[]): Promise<unknown[]> {
  const { rows } = await arrange('', (client) => client.query({ text: statement, values, rowMode: 'array' }));
  return rows.map(([value]) => value);
}
