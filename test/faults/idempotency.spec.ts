import { contactData } from '@calkeep/contract';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startApi, type ApiProcess } from '../support/api-process.js';
import { aContact, aToken, arrange, aWorkspace, buildIn, type TestToken } from '../support/builders.js';
import { callerOf, type Answer, type Call } from '../support/client.js';
import { connect, scratchDatabase, type ScratchDatabase } from '../support/database.js';
import { statuses, take, until } from '../support/load.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const atOnce = 50;
const path = '/api/v1/contacts';
const ada = { firstName: 'Ada', email: 'ada@example.com' };

/** What is asked of PostgreSQL's activity is of these processes alone. */
let database: ScratchDatabase;
let apis: ApiProcess[];
let calls: [Call, Call];

beforeAll(async () => {
  database = await scratchDatabase();
  buildIn(database);
  apis = await Promise.all([startAnApi(), startAnApi()]);
  const [one, other] = apis.map(({ baseUrl }) => callerOf(baseUrl));
  if (one && other) calls = [one, other];
});
afterAll(async () => {
  await Promise.all(apis.map((api) => api.stop()));
  await database.drop();
});

it(`one key ${atOnce} times at once on two processes makes one contact, and all who are answered are answered alike`, async () => {
  for (let round = 0; round < 5; round++) {
    const token = await aToken();
    const answers = await Promise.all(
      Array.from({ length: atOnce }, (_, index) => post(calls[index % 2 === 0 ? 0 : 1], token, ada, 'a')),
    );
    const done = answers.filter(({ status }) => status === 201);
    const counts = statuses(answers);

    expect(done.length).toBeGreaterThan(0);
    expect(done.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(new Set(done.map(idOf)).size).toBe(1);
    expect(counts).toEqual({ 201: done.length, ...(done.length < atOnce && { 409: atOnce - done.length }) });
    for (const { error } of answers.filter(({ status }) => status === 409))
      expect(error.code).toBe('idempotency_in_progress');
    await expectContacts(token, 1);
    const again = await Promise.all(answers.map((_, index) => post(calls[index % 2 === 0 ? 0 : 1], token, ada, 'a')));
    expect(statuses(again)).toEqual({ 201: atOnce });
    expect(new Set([...again, ...done].map(idOf)).size).toBe(1);
  }
});

it('is 409 at once while the first is still running, on its process and on another', async () => {
  // Without a ceiling of contacts: nobody waits for the first but who has its key.
  const token = await aToken({ workspace: await aWorkspace({ plan: 'enterprise' }) });
  const { release } = await holdEmail(token);
  const first = post(calls[0], token, ada, 'a');
  await until(isWaiting, 5_000);

  const startedAt = performance.now();
  const meanwhile = await Promise.all(calls.map((call) => post(call, token, ada, 'a')));
  const tookMs = performance.now() - startedAt;
  const otherBody = await post(calls[1], token, { ...ada, lastName: 'x' }, 'a');
  const otherKey = await post(calls[1], token, { firstName: 'Bob' }, 'b');
  await release();

  for (const answer of [...meanwhile, otherBody]) {
    expect(answer.status).toBe(409);
    expect(answer.error.code).toBe('idempotency_in_progress');
    expect(answer.headers['retry-after']).toBe('1');
  }
  expect(tookMs).toBeLessThan(2_000);
  expect(otherKey.status).toBe(201);
  expect((await first).status).toBe(201);
  await expectContacts(token, 3);
});

it('a process killed before the commit has done nothing, and the retry does it', async () => {
  const api = await startAnApi();
  const token = await aToken();
  const { release } = await holdEmail(token);
  const lost = take(() => post(callerOf(api.baseUrl), token, ada, 'a'));
  await until(isWaiting, 5_000);

  await api.kill();
  await release();

  expect((await lost).status).toBe(0);
  const answer = await retried(token, ada, 'a');
  expect(answer.status).toBe(201);
  expect(answer.headers['idempotency-replayed']).toBeUndefined();
  await expectContacts(token, 2);
});

it('a process killed after the commit and before the reply has done it, and the retry tells so', async () => {
  const proxy = await TcpProxy.before(database.appUrl);
  onTestFinished(() => proxy.close());
  const api = await startAnApi(proxy.url(database.appUrl));
  const token = await aToken();
  proxy.holdBehind('commit\0');
  const lost = take(() => post(callerOf(api.baseUrl), token, ada, 'a'));
  await until(async () => (await contactsOf(token)) === 1, 5_000);

  await api.kill();

  expect((await lost).status).toBe(0);
  const answer = await retried(token, ada, 'a');
  expect(answer.status).toBe(201);
  expect(answer.headers['idempotency-replayed']).toBe('true');
  await expectContacts(token, 1);
});

it('killed at any moment under load, and retried, each key has made one contact', { timeout: 120_000 }, async () => {
  for (const afterAnswers of [1, 10, 25]) {
    const api = await startAnApi();
    const call = callerOf(api.baseUrl);
    const token = await aToken();
    const keys = Array.from({ length: 60 }, (_, index) => `key ${index}`);
    let answered = 0;
    const firsts = keys.map((key) =>
      take(async () => {
        const answer = await post(call, token, { firstName: key }, key);
        if (++answered === afterAnswers) await api.kill();
        return answer;
      }),
    );
    const samples = await Promise.all(firsts);
    const answers = await Promise.all(keys.map((key) => retried(token, { firstName: key }, key)));

    expect(statuses(answers)).toEqual({ 201: keys.length });
    expect(new Set(answers.map(idOf)).size).toBe(keys.length);
    for (const [index, { status, answer }] of samples.entries()) {
      const again = answers[index];
      if (status !== 201 || !answer || !again) continue;
      expect(idOf(again)).toBe(idOf(answer));
      expect(again.headers['idempotency-replayed']).toBe('true');
    }
    await expectContacts(token, keys.length);
    console.info(`killed after ${afterAnswers}: ${JSON.stringify(statuses(samples))}`);
  }
});

it('two processes at a plan’s ceiling make exactly as many as there is room for, with keys and without', async () => {
  const token = await aToken({ workspace: await aWorkspace({ plan: 'business' }) });
  const { uuid } = token.workspace;
  await arrangeTotal(uuid, 249_993);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      post(
        calls[index % 2 === 0 ? 0 : 1],
        token,
        { firstName: `n ${index}` },
        index % 3 === 0 ? `k${index}` : undefined,
      ),
    ),
  );
  expect(statuses(answers)).toEqual({ 201: 7, 429: 33 });
  for (const { error } of answers.filter(({ status }) => status === 429))
    expect(error).toMatchObject({ code: 'quota_exceeded', details: { resource: 'contacts', limit: 250_000 } });
  expect(await contactsOf(token)).toBe(7);
});

function startAnApi(databaseUrl = database.appUrl): Promise<ApiProcess> {
  // A pool in which nobody waits for somebody else's connection.
  return startApi({ databaseUrl, env: { DATABASE_POOL_MAX: '20' } });
}

function post(call: Call, token: TestToken, body: unknown, key: string | undefined): Promise<Answer> {
  const headers = key === undefined ? {} : { 'Idempotency-Key': key };
  return call(path, { method: 'POST', token: token.secret, body: JSON.stringify(body), headers });
}

/** On the process that lives, until nobody is at it any more: PostgreSQL notices a client that died in its own time. */
async function retried(token: TestToken, body: unknown, key: string): Promise<Answer> {
  let answer: Answer | undefined;
  await until(async () => {
    answer = await post(calls[1], token, body, key);
    return answer.status !== 409;
  }, 10_000);
  if (!answer) throw new Error('nothing was answered');
  return answer;
}

const idOf = (answer: Answer): string => contactData.parse(answer.data).contact.id;

/**
 * Another contact is about to take the e-mail: whoever wants it waits until `release`, which lets it go. An update and no
 * insert, which would hold one of the counter's rows as well.
 */
async function holdEmail({ workspace }: TestToken): Promise<{ release(): Promise<void> }> {
  await aContact(workspace);
  const client: Client = await connect(database.ownerUrl);
  await client.query('begin');
  await client.query(`select set_config('app.workspace_id', $1, true)`, [workspace.uuid]);
  await client.query('update contacts set email = $2 where workspace_id = $1', [workspace.uuid, ada.email]);
  return { release: async () => void (await client.query('rollback')) };
}

/** Whether one of the API's transactions waits for another's. */
async function isWaiting(): Promise<boolean> {
  const client = await superuser();
  const { rowCount } = await client.query(
    `select 1 from pg_stat_activity
     where datname = current_database() and application_name = 'calkeep' and wait_event = 'transactionid'`,
  );
  return rowCount === 1;
}

let session: Client | undefined;
async function superuser(): Promise<Client> {
  if (session) return session;
  session = new Client({ connectionString: database.superuserUrl });
  session.on('error', () => undefined);
  await session.connect();
  return session;
}
afterAll(() => session?.end());

function contactsOf({ workspace: { uuid } }: TestToken): Promise<number> {
  return count(uuid, `select count(*)::int as count from contacts where workspace_id = $1`);
}

/** The rows, and the total that lists tell. */
async function expectContacts(token: TestToken, expected: number): Promise<void> {
  const total = await count(
    token.workspace.uuid,
    `select coalesce(sum(total), 0)::int as count from resource_counters where workspace_id = $1 and resource = 'contacts'`,
  );
  expect({ rows: await contactsOf(token), total }).toEqual({ rows: expected, total: expected });
}

function count(uuid: string, query: string): Promise<number> {
  return arrange(uuid, async (client) => {
    const { rows } = await client.query<{ count: number }>(query, [uuid]);
    return rows[0]?.count ?? -1;
  });
}

async function arrangeTotal(uuid: string, total: number): Promise<void> {
  const client = await superuser();
  await client.query(
    `insert into resource_counters (workspace_id, resource, slot, total) values ($1, 'contacts', 0, $2)`,
    [uuid, total],
  );
}
