import { contactData } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { aToken, arrange, aWorkspace, type TestToken } from '../support/builders.js';
import type { Answer, CallOptions } from '../support/client.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const path = '/api/v1/contacts';
const ada = { firstName: 'Ada', email: 'ada@example.com' };

interface Sent extends CallOptions {
  key?: string | string[];
}

function post(token: TestToken, body: unknown, { key, headers, ...options }: Sent = {}): Promise<Answer> {
  const withKey = key === undefined ? {} : { 'Idempotency-Key': key };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return api.call(path, {
    method: 'POST',
    token: token.secret,
    body: text,
    headers: { ...withKey, ...headers },
    ...options,
  });
}

const idOf = (answer: Answer) => contactData.parse(answer.data).contact.id;
const isReplayed = (answer: Answer) => answer.headers['idempotency-replayed'];

function contactsIn(uuid: string): Promise<number> {
  return arrange(uuid, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::int as count from contacts where workspace_id = $1',
      [uuid],
    );
    return rows[0]?.count ?? -1;
  });
}

describe('the same key and body', () => {
  it('are answered as the first time, under a new request id, and do nothing', async () => {
    const token = await aToken();
    const first = await post(token, ada, { key: 'a' });
    const second = await post(token, ada, { key: 'a' });

    expect(first.status).toBe(201);
    expect(isReplayed(first)).toBeUndefined();
    expect(second.status).toBe(201);
    expect(isReplayed(second)).toBe('true');
    expect(second.data).toEqual(first.data);
    for (const name of ['location', 'etag', 'content-type']) expect(second.headers[name]).toBe(first.headers[name]);
    expect(second.headers['x-calkeep-request-id']).not.toBe(first.headers['x-calkeep-request-id']);
    expect(second.headers['ratelimit']).toBeDefined();
    expect(await contactsIn(token.workspace.uuid)).toBe(1);
  });

  it('are the same in whatever order and with whatever spaces the body is written', async () => {
    const token = await aToken();
    const first = await post(token, '{"firstName":"Ada","customFields":{"a":1,"b":"é"}}', { key: 'a' });
    const second = await post(token, '{ "customFields": {"b":"\\u00e9","a":1.0}, "firstName":"Ada" }', { key: 'a' });
    expect(isReplayed(second)).toBe('true');
    expect(idOf(second)).toBe(idOf(first));
  });

  it.each([
    ['a refusal for what is there', { status: 409, code: 'conflict' }],
    ['a refusal for want of room', { status: 429, code: 'quota_exceeded' }],
  ])('are answered with %s again, though it could be done now', async (_what, { status, code }) => {
    const token = await aToken();
    const { uuid } = token.workspace;
    const customFields = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`f${index}`, 1]));
    const body = code === 'conflict' ? ada : { firstName: 'Many', customFields };
    if (code === 'conflict') await post(token, ada);
    const first = await post(token, body, { key: 'a' });
    await arrange(uuid, (client) => client.query('delete from contacts where workspace_id = $1', [uuid]));

    const second = await post(token, body, { key: 'a' });

    expect(first.status).toBe(status);
    expect(first.error.code).toBe(code);
    expect(second.status).toBe(status);
    expect(isReplayed(second)).toBe('true');
    const { requestId, ...refusal } = second.error;
    expect({ ...first.error, requestId }).toEqual({ ...refusal, requestId });
    expect(await contactsIn(uuid)).toBe(0);
  });

  it('are done when the first was refused before it was begun', async () => {
    const token = await aToken();
    expect((await post(token, { firstName: '' }, { key: 'a' })).status).toBe(400);
    expect((await post(token, '{"firstName":', { key: 'a' })).status).toBe(400);
    const answer = await post(token, ada, { key: 'a' });
    expect(answer.status).toBe(201);
    expect(isReplayed(answer)).toBeUndefined();
  });

  it('are done again after 24 hours', async () => {
    const token = await aToken();
    await post(token, { firstName: 'A' }, { key: 'a' });
    await arrange(token.workspace.uuid, (client) =>
      client.query(`update idempotency_keys set expires_at = now() where workspace_id = $1`, [token.workspace.uuid]),
    );
    const again = await post(token, { firstName: 'B' }, { key: 'a' });
    expect(again.status).toBe(201);
    expect(isReplayed(again)).toBeUndefined();
    expect(isReplayed(await post(token, { firstName: 'B' }, { key: 'a' }))).toBe('true');
    expect(await contactsIn(token.workspace.uuid)).toBe(2);
  });

  it('are kept for 24 hours, and upkeep is asked to remove them then', async () => {
    const token = await aToken();
    await post(token, ada, { key: 'a' });
    const { rows } = await arrange(token.workspace.uuid, (client) =>
      client.query<{ keptHours: number; isAsked: boolean }>(
        `select round(extract(epoch from k.expires_at - now()) / 3600)::int as "keptHours",
           w.due_at between k.expires_at - interval '1 minute' and k.expires_at + interval '1 minute' as "isAsked"
         from idempotency_keys k join workspace_work w using (workspace_id) where w.kind = 'retention' and workspace_id = $1`,
        [token.workspace.uuid],
      ),
    );
    expect(rows).toEqual([{ keptHours: 24, isAsked: true }]);
  });
});

describe('the same key with another body', () => {
  it('is 422, whether the first succeeded or was refused, and does nothing', async () => {
    const token = await aToken();
    await post(token, ada, { key: 'a' });
    await post(token, ada, { key: 'b' });
    for (const key of ['a', 'b']) {
      const answer = await post(token, { ...ada, lastName: 'x' }, { key });
      expect(answer.status).toBe(422);
      expect(answer.error.code).toBe('idempotency_key_reused');
      expect(isReplayed(answer)).toBeUndefined();
    }
    expect(await contactsIn(token.workspace.uuid)).toBe(1);
  });

  it('is 400 when that body is not valid: the body is looked at first', async () => {
    const token = await aToken();
    await post(token, ada, { key: 'a' });
    expect((await post(token, { firstName: 1 }, { key: 'a' })).status).toBe(400);
  });
});

describe('a key', () => {
  it('is of one token: another one of the workspace has its own', async () => {
    const workspace = await aWorkspace();
    const [one, other] = [await aToken({ workspace }), await aToken({ workspace })];
    await post(one, { firstName: 'A' }, { key: 'a' });
    const answer = await post(other, { firstName: 'B' }, { key: 'a' });
    expect(answer.status).toBe(201);
    expect(isReplayed(answer)).toBeUndefined();
  });

  it('is of one workspace, and the sandbox has its own', async () => {
    const workspace = await aWorkspace();
    const tokens = [await aToken({ workspace }), await aToken({ workspace, mode: 'test' }), await aToken()];
    for (const token of tokens) {
      const answer = await post(token, ada, { key: 'a' });
      expect(answer.status).toBe(201);
      expect(isReplayed(answer)).toBeUndefined();
    }
  });

  it('is shared by the successors of a rotated token', async () => {
    const token = await aToken();
    const first = await post(token, ada, { key: 'a' });
    const successor = await aToken({ workspace: token.workspace });
    await arrange(token.workspace.uuid, (client) =>
      client.query('update api_tokens set lineage_id = $3 where workspace_id = $1 and id = $2', [
        token.workspace.uuid,
        successor.uuid,
        token.uuid,
      ]),
    );
    const second = await post(successor, ada, { key: 'a' });
    expect(isReplayed(second)).toBe('true');
    expect(idOf(second)).toBe(idOf(first));
  });

  it('is the same bare and quoted', async () => {
    const token = await aToken();
    const first = await post(token, ada, { key: String.raw`a "b" \ c` });
    const second = await post(token, ada, { key: String.raw`"a \"b\" \\ c"` });
    expect(first.status).toBe(201);
    expect(isReplayed(second)).toBe('true');
  });

  it.each<[string, string | string[]]>([
    ['of no character', ''],
    ['of no character, quoted', '""'],
    ['of 256 characters', 'x'.repeat(256)],
    ['with a tab', 'a\tb'],
    ['with a letter beyond ASCII', 'schlüssel'],
    ['with a quote that is not closed', '"abc'],
    ['with something behind the quotes', '"abc" d'],
    ['with an escape that there is not', String.raw`"\a"`],
    ['given twice', ['a', 'b']],
    ['given twice alike', ['a', 'a']],
  ])('%s is refused, and nothing is made', async (_what, key) => {
    const token = await aToken();
    const answer = await post(token, ada, { key });
    expect(answer.status).toBe(400);
    expect(answer.error.code).toBe('invalid_request');
    expect(answer.error.message).toContain('Idempotency-Key');
    expect(await contactsIn(token.workspace.uuid)).toBe(0);
  });

  it.each([['a'], ['x'.repeat(255)], ['!#$%&()*+,-./:;<=>?@[]^_`{|}~ 0'], ["it's; drop table--"]])(
    'may be %s',
    async (key) => {
      const token = await aToken();
      expect((await post(token, ada, { key })).status).toBe(201);
      expect(isReplayed(await post(token, ada, { key }))).toBe('true');
    },
  );

  it('is kept nowhere when the request was refused before it began: no scope, no token, no room in the limits', async () => {
    const reader = await aToken({ scopes: ['contacts:read'] });
    expect((await post(reader, ada, { key: 'a' })).status).toBe(403);
    const { uuid } = reader.workspace;
    const kept = await arrange(uuid, (client) =>
      client.query('select 1 from idempotency_keys where workspace_id = $1', [uuid]),
    );
    expect(kept.rowCount).toBe(0);
  });
});

it('without a key the same body is done again', async () => {
  const token = await aToken();
  await post(token, { firstName: 'A' });
  await post(token, { firstName: 'A' });
  expect(await contactsIn(token.workspace.uuid)).toBe(2);
});
