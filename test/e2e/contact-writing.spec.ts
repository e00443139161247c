import { contactData, newId, type Contact } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { aContact, aToken, aWorkspace, arrange, someContacts, type TestWorkspace } from '../support/builders.js';
import type { Answer, CallOptions } from '../support/client.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const path = '/api/v1/contacts';

async function aWriter(workspace?: TestWorkspace) {
  const token = await aToken({ ...(workspace && { workspace }), scopes: ['contacts:read', 'contacts:write'] });
  const send = (method: string, to: string, body: unknown, options: CallOptions = {}) =>
    api.call(to, { method, token: token.secret, body: JSON.stringify(body), ...options });
  return {
    workspace: token.workspace,
    post: (body: unknown, options?: CallOptions) => send('POST', path, body, options),
    patch: (id: string, body: unknown, options?: CallOptions) => send('PATCH', `${path}/${id}`, body, options),
    get: (id: string) => api.call(`${path}/${id}`, { token: token.secret }),
    total: async () => {
      const { data } = await api.call(`${path}?limit=1`, { token: token.secret });
      return (data['pagination'] as { total: number }).total;
    },
  };
}

const contactOf = (answer: Answer): Contact => contactData.parse(answer.data).contact;
const ada = { firstName: 'Ada', email: 'ada@example.com' };

describe('creating a contact', () => {
  it('answers 201 with the whole contact, where it is, and what a later read answers', async () => {
    const writer = await aWriter();
    const body = {
      firstName: '  Ada ',
      lastName: 'Lovelace',
      email: ' Ada@Example.com ',
      phone: '+1 (202) 555-0123',
      company: 'Analytical Engines',
      title: 'Countess',
      notes: ' Notes stay\n as they are. ',
      tags: [' vip', 'vip', 'maths '],
      customFields: { text: 'x', number: 1.5, yes: true, nothing: null },
    };

    const answer = await writer.post(body);

    expect(answer.status).toBe(201);
    const contact = contactOf(answer);
    expect(contact).toMatchObject({
      ...body,
      firstName: 'Ada',
      email: 'Ada@Example.com',
      phone: '+12025550123',
      tags: ['vip', 'maths'],
      customFields: { text: 'x', number: 1.5, yes: true },
    });
    expect(contact.updatedAt).toBe(contact.createdAt);
    expect(Math.abs(Date.parse(contact.createdAt) - Date.now())).toBeLessThan(60_000);
    expect(answer.headers['location']).toBe(`${path}/${contact.id}`);
    const read = await writer.get(contact.id);
    expect(read.data).toEqual(answer.data);
    expect(read.headers['etag']).toBe(answer.headers['etag']);
    expect(await writer.total()).toBe(1);
  });

  it.each([
    ['a first name', { firstName: 'A' }],
    ['a last name', { lastName: 'A' }],
    ['an e-mail', { email: 'a@example.com' }],
    ['a phone', { phone: '+12025550123' }],
  ])('asks for no more than %s', async (_what, body) => {
    const writer = await aWriter();
    const { status, data } = await writer.post({ company: null, tags: null, customFields: null, ...body });
    expect(status).toBe(201);
    expect(data['contact']).toMatchObject({ company: null, tags: [], customFields: {}, ...body });
  });

  it.each<[string, unknown, string]>([
    ['nothing', {}, ''],
    ['nothing to know it by', { company: 'Acme', notes: 'x' }, ''],
    ['nothing but nulls', { firstName: null, email: null }, ''],
    ['an empty name', { firstName: '  ' }, 'firstName'],
    ['a name of 101 characters', { firstName: 'x'.repeat(101) }, 'firstName'],
    ['a name of 200,000 characters', { firstName: 'x'.repeat(200_000) }, 'firstName'],
    ['notes of 10,001 characters', { ...ada, notes: 'x'.repeat(10_001) }, 'notes'],
    ['a number for a name', { firstName: 1 }, 'firstName'],
    ['an operator for an e-mail', { email: { not: null } }, 'email'],
    ['no e-mail address', { email: 'ada' }, 'email'],
    ['an e-mail address of 255 characters', { email: `a@${'b'.repeat(249)}.com` }, 'email'],
    ['65 characters before the @', { email: `${'a'.repeat(65)}@example.com` }, 'email'],
    ['a phone number without its country', { phone: '(202) 555-0123' }, 'phone'],
    ['a phone number that is too long', { phone: '+1 202 555 01234567' }, 'phone'],
    ['a phone number of no country', { phone: '+999 123 456 789' }, 'phone'],
    ['an extension', { phone: '+1 202 555 0123 ext. 5' }, 'phone'],
    ['51 tags', { ...ada, tags: Array.from({ length: 51 }, (_, index) => `t${index}`) }, 'tags'],
    ['900 tags that are none', { ...ada, tags: Array.from({ length: 900 }, () => 1) }, 'tags'],
    ['an empty tag', { ...ada, tags: [' '] }, 'tags.0'],
    ['a tag of 51 characters', { ...ada, tags: ['x'.repeat(51)] }, 'tags.0'],
    ['a tag that is no string', { ...ada, tags: [{}] }, 'tags.0'],
    ['a custom field of an object', { ...ada, customFields: { a: {} } }, 'customFields.a'],
    ['a custom field of 1,001 characters', { ...ada, customFields: { a: 'x'.repeat(1_001) } }, 'customFields.a'],
    ['a custom field without a name', { ...ada, customFields: { '': 1 } }, 'customFields.'],
    ['an id', { ...ada, id: newId('contact') }, 'id'],
    ['a workspace', { ...ada, workspaceId: newId('workspace') }, 'workspaceId'],
    ['the time it was made', { ...ada, createdAt: '2026-01-01T00:00:00.000Z' }, 'createdAt'],
    ['a role', { ...ada, role: 'owner' }, 'role'],
    ['a column', { ...ada, first_name: 'x' }, 'first_name'],
  ])('refuses %s, and makes nothing', async (_what, body, field) => {
    const writer = await aWriter();
    const answer = await writer.post(body);
    expect(answer.status).toBe(400);
    expect(answer.error.code).toBe('invalid_request');
    expect((answer.error.details as { path: string }[])[0]?.path).toBe(field);
    expect(answer.headers['etag']).toBeUndefined();
    expect(await writer.total()).toBe(0);
  });

  it('refuses 1e999 and a query', async () => {
    const writer = await aWriter();
    const infinite = await writer.post(ada, { body: '{"firstName":"a","customFields":{"a":1e999}}' });
    expect(infinite.status).toBe(400);
    const { secret } = await aToken({ workspace: writer.workspace });
    const asked = await api.call(`${path}?x=1`, { method: 'POST', token: secret, body: JSON.stringify(ada) });
    expect(asked.status).toBe(400);
    expect(await writer.total()).toBe(0);
  });

  it('is made in the workspace of the token, and with a test token in its sandbox', async () => {
    const { workspace, post } = await aWriter();
    const test = await aToken({ workspace, mode: 'test' });
    expect((await post(ada)).status).toBe(201);
    const body = JSON.stringify(ada);
    const sandboxed = await api.call(path, { method: 'POST', token: test.secret, body });
    expect(sandboxed.status).toBe(201);
    const rows = await arrange(workspace.sandboxUuid, (client) =>
      client.query('select 1 from contacts where workspace_id = $1', [workspace.sandboxUuid]),
    );
    expect(rows.rowCount).toBe(1);
  });

  it('refuses an e-mail that is there, whatever its case, with the id of the contact that has it', async () => {
    const writer = await aWriter();
    const first = contactOf(await writer.post(ada));

    const second = await writer.post({ firstName: 'Other', email: 'ADA@example.COM' });

    expect(second.status).toBe(409);
    expect(second.error).toMatchObject({ code: 'conflict', details: { id: first.id, field: 'email' } });
    expect(await writer.total()).toBe(1);
  });

  it('takes the same e-mail in another workspace', async () => {
    expect((await (await aWriter()).post(ada)).status).toBe(201);
    expect((await (await aWriter()).post(ada)).status).toBe(201);
  });

  it('of one e-mail 20 times at once makes one, and tells the others which', async () => {
    const writer = await aWriter();
    const answers = await Promise.all(Array.from({ length: 20 }, () => writer.post(ada)));
    const made = answers.filter(({ status }) => status === 201).map((answer) => contactOf(answer).id);
    const refused = answers.filter(({ status }) => status === 409).map(({ error }) => error.details);
    expect(made).toHaveLength(1);
    expect(refused).toEqual(Array.from({ length: 19 }, () => ({ field: 'email', id: made[0] })));
    expect(await writer.total()).toBe(1);
  });

  it('stops at the plan’s ceiling, and tells limit and use', async () => {
    const workspace = await aWorkspace({ plan: 'business' });
    await nearlyFull(workspace, 249_999);
    const writer = await aWriter(workspace);
    expect((await writer.post({ firstName: 'Last' })).status).toBe(201);

    const answer = await writer.post({ firstName: 'One too many' });

    expect(answer.status).toBe(429);
    expect(answer.error).toMatchObject({
      code: 'quota_exceeded',
      details: { resource: 'contacts', limit: 250_000, used: 250_000 },
    });
    expect(answer.headers['retry-after']).toBeUndefined();
  });

  it('knows no ceiling of contacts on Enterprise', async () => {
    const workspace = await aWorkspace({ plan: 'enterprise' });
    await nearlyFull(workspace, 10_000_000);
    expect((await (await aWriter(workspace)).post(ada)).status).toBe(201);
  });

  it('stops at the plan’s ceiling of custom fields', async () => {
    const writer = await aWriter(await aWorkspace({ plan: 'business' }));
    expect((await writer.post({ firstName: 'A', customFields: fields(50) })).status).toBe(201);
    const answer = await writer.post({ firstName: 'B', customFields: fields(51) });
    expect(answer.status).toBe(429);
    expect(answer.error.details).toEqual({ resource: 'custom_fields', limit: 50, used: 51 });
    expect((await writer.post({ firstName: 'B', customFields: fields(501) })).status).toBe(400);
  });
});

describe('changing a contact', () => {
  it('changes what is named, and nothing else but updatedAt', async () => {
    const writer = await aWriter();
    const before = contactOf(await writer.post({ ...ada, tags: ['a'], customFields: { a: 1, b: 2 }, notes: 'x' }));

    const answer = await writer.patch(before.id, {
      lastName: 'Lovelace',
      notes: null,
      customFields: { a: null, c: true },
    });

    expect(answer.status).toBe(200);
    const after = contactOf(answer);
    expect(after).toEqual({
      ...before,
      lastName: 'Lovelace',
      notes: null,
      customFields: { b: 2, c: true },
      updatedAt: after.updatedAt,
    });
    expect(after.updatedAt >= before.updatedAt).toBe(true);
    const read = await writer.get(before.id);
    expect(read.data).toEqual(answer.data);
    expect(read.headers['etag']).toBe(answer.headers['etag']);
    expect(await writer.total()).toBe(1);
  });

  it('clears tags and custom fields with null, and puts tags in the place of those there are', async () => {
    const writer = await aWriter();
    const { id } = contactOf(await writer.post({ ...ada, tags: ['a', 'b'], customFields: { a: 1 } }));
    expect(contactOf(await writer.patch(id, { tags: ['c', 'c '] })).tags).toEqual(['c']);
    expect(contactOf(await writer.patch(id, { tags: null, customFields: null }))).toMatchObject({
      tags: [],
      customFields: {},
    });
  });

  it.each<[string, unknown, string]>([
    ['an empty patch', {}, ''],
    ['an unknown field', { nickname: 'x' }, 'nickname'],
    ['an id', { id: newId('contact') }, 'id'],
    ['a workspace', { workspaceId: newId('workspace'), firstName: 'x' }, 'workspaceId'],
    ['updatedAt', { updatedAt: '2026-01-01T00:00:00.000Z' }, 'updatedAt'],
    ['no e-mail address', { email: 'x' }, 'email'],
    ['an empty name', { firstName: '' }, 'firstName'],
    ['to take away all that it is known by', { firstName: null, email: null }, ''],
  ])('refuses %s, and changes nothing', async (_what, patch, field) => {
    const writer = await aWriter();
    const created = await writer.post(ada);
    const { id } = contactOf(created);
    const answer = await writer.patch(id, patch);
    expect(answer.status).toBe(400);
    expect(answer.error.code).toBe('invalid_request');
    expect((answer.error.details as { path: string }[])[0]?.path).toBe(field);
    expect((await writer.get(id)).data).toEqual(created.data);
  });

  it('answers 404 to what is not there, malformed, or another workspace’s, which stays as it is', async () => {
    const writer = await aWriter();
    const theirs = await aWorkspace();
    const [foreign = ''] = await someContacts(theirs, 1);
    const [unknown, malformed, others] = await Promise.all(
      [newId('contact'), 'x', foreign].map((id) => writer.patch(id, { firstName: 'Mine' })),
    );
    expect([unknown?.status, malformed?.status, others?.status]).toEqual([404, 404, 404]);
    expect(withoutId(others)).toBe(withoutId(unknown));
    const { contact } = (await (await aWriter(theirs)).get(foreign)).data as { contact: Contact };
    expect(contact.firstName).toBe('Contact 1');
  });

  it('refuses the e-mail of another contact, and takes its own in another case', async () => {
    const writer = await aWriter();
    const first = contactOf(await writer.post(ada));
    const second = contactOf(await writer.post({ firstName: 'Bob' }));

    const taken = await writer.patch(second.id, { email: 'Ada@Example.com' });

    expect(taken.status).toBe(409);
    expect(taken.error).toMatchObject({ code: 'conflict', details: { id: first.id } });
    expect((await writer.patch(first.id, { email: 'ADA@EXAMPLE.COM' })).status).toBe(200);
  });

  it('stops at the plan’s ceiling of custom fields, but lets who is over it remove some', async () => {
    const workspace = await aWorkspace({ plan: 'business' });
    const writer = await aWriter(workspace);
    const id = await aContact(workspace, { custom_fields: JSON.stringify(fields(60)) });
    const more = await writer.patch(id, { customFields: { more: 1 } });
    expect(more.status).toBe(429);
    expect(more.error.details).toEqual({ resource: 'custom_fields', limit: 50, used: 61 });
    expect((await writer.patch(id, { customFields: { f0: null } })).status).toBe(200);
    expect((await writer.patch(id, { firstName: 'Still' })).status).toBe(200);
  });

  it('tells no audit log and leaves nothing in the outbox', async () => {
    const writer = await aWriter();
    const { id } = contactOf(await writer.post(ada));
    await writer.patch(id, { firstName: 'x' });
    const { uuid } = writer.workspace;
    const left = await arrange(uuid, (client) => client.query('select 1 from outbox where workspace_id = $1', [uuid]));
    expect(left.rowCount).toBe(0);
  });
});

describe.each(['POST', 'PATCH'])('%s', (method) => {
  const to = method === 'POST' ? path : `${path}/${newId('contact')}`;

  it('asks for the scope before it looks at the body', async () => {
    const { secret } = await aToken({ scopes: ['contacts:read', 'tasks:write'] });
    const answer = await api.call(to, { method, token: secret, body: '{"nonsense":' });
    expect(answer.status).toBe(403);
    expect(answer.error).toMatchObject({ code: 'insufficient_scope', details: { requiredScopes: ['contacts:write'] } });
  });

  it('asks for a token', async () => {
    expect((await api.call(to, { method, body: '{}' })).status).toBe(401);
  });

  it('counts against the limits', async () => {
    const { secret } = await aToken({ quota: { requests: 1, windowSeconds: 3_600 } });
    await api.call(to, { method, token: secret, body: '{}' });
    const answer = await api.call(to, { method, token: secret, body: '{}' });
    expect(answer.status).toBe(429);
    expect(answer.error.code).toBe('rate_limited');
  });
});

function fields(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, index]));
}

function withoutId(answer: Answer | undefined): string {
  return answer?.text.replaceAll(String(answer.headers['x-calkeep-request-id']), 'req') ?? '';
}

/** As if there were so many contacts: what stands in the counter is what counts. */
function nearlyFull({ uuid }: TestWorkspace, total: number): Promise<void> {
  return administerRows(
    `insert into resource_counters (workspace_id, resource, slot, total) values ($1, 'contacts', 0, $2)`,
    [uuid, total],
  );
}
