import { newId, taskData, type Task } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { aContact, aToken, aWorkspace, type TestWorkspace } from '../support/builders.js';
import type { Answer, CallOptions } from '../support/client.js';
import { comparable } from '../support/comparable.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const path = '/api/v1/tasks';

async function aWriter(workspace?: TestWorkspace) {
  const token = await aToken({
    ...(workspace && { workspace }),
    scopes: ['tasks:read', 'tasks:write', 'workspace:read'],
  });
  const send = (method: string, to: string, body: unknown, options: CallOptions = {}) =>
    api.call(to, { method, token: token.secret, body: JSON.stringify(body), ...options });
  return {
    workspace: token.workspace,
    post: (body: unknown, options?: CallOptions) => send('POST', path, body, options),
    patch: (id: string, body: unknown, options?: CallOptions) => send('PATCH', `${path}/${id}`, body, options),
    get: (id: string) => api.call(`${path}/${id}`, { token: token.secret }),
    total: async () => {
      const { data } = await api.call('/api/v1/workspace', { token: token.secret });
      return (data['workspace'] as { counts: { tasks: number } }).counts.tasks;
    },
  };
}

const taskOf = (answer: Answer): Task => taskData.parse(answer.data).task;

describe('creating a task', () => {
  it('answers 201 with the whole task, where it is, and what a later read answers', async () => {
    const writer = await aWriter();
    const contactId = await aContact(writer.workspace);

    const answer = await writer.post({
      ...{ title: ' Call back ', notes: 'About the engine.', status: 'in_progress', contactId },
      dueAt: '2026-12-01T10:30:00.1239+01:30',
    });

    expect(answer.status).toBe(201);
    const task = taskOf(answer);
    expect(task).toEqual({
      id: task.id,
      ...{ title: 'Call back', notes: 'About the engine.', status: 'in_progress', contactId },
      ...{ dueAt: '2026-12-01T09:00:00.123Z', completedAt: null },
      ...{ createdAt: task.createdAt, updatedAt: task.createdAt },
    });
    expect(answer.headers['location']).toBe(`${path}/${task.id}`);
    const read = await writer.get(task.id);
    expect(read.data).toEqual(answer.data);
    expect(read.headers['etag']).toBe(answer.headers['etag']);
    expect(await writer.total()).toBe(1);
  });

  it('asks for a title alone; it is then open, and due never', async () => {
    const task = taskOf(await (await aWriter()).post({ title: 'x', notes: null, dueAt: null, contactId: null }));
    expect(task).toMatchObject({ notes: null, status: 'open', dueAt: null, contactId: null, completedAt: null });
  });

  it('may be of a thing done, which is then completed now', async () => {
    const task = taskOf(await (await aWriter()).post({ title: 'x', status: 'done' }));
    expect(task.completedAt).toBe(task.createdAt);
  });

  it.each<[string, unknown, string]>([
    ['no title', {}, 'title'],
    ['null for a title', { title: null }, 'title'],
    ['an empty title', { title: ' ' }, 'title'],
    ['a title of 201 characters', { title: 'x'.repeat(201) }, 'title'],
    ['another status', { title: 'x', status: 'archived' }, 'status'],
    ['null for a status', { title: 'x', status: null }, 'status'],
    ['30 February', { title: 'x', dueAt: '2026-02-30T00:00:00Z' }, 'dueAt'],
    ['the year 300000', { title: 'x', dueAt: '300000-01-01T00:00:00Z' }, 'dueAt'],
    ['the last hour of the last year, west of Greenwich', { title: 'x', dueAt: '9999-12-31T23:59:59-01:00' }, 'dueAt'],
    ['the year 0', { title: 'x', dueAt: '0000-01-01T00:00:00Z' }, 'dueAt'],
    ['a time without a zone', { title: 'x', dueAt: '2026-01-01T00:00:00' }, 'dueAt'],
    ['a date', { title: 'x', dueAt: '2026-01-01' }, 'dueAt'],
    ['a number for a time', { title: 'x', dueAt: 1_767_225_600_000 }, 'dueAt'],
    ['an operator for a contact', { title: 'x', contactId: { not: null } }, 'contactId'],
    ['a completion', { title: 'x', completedAt: '2026-01-01T00:00:00Z' }, 'completedAt'],
    ['a workspace', { title: 'x', workspaceId: newId('workspace') }, 'workspaceId'],
    ['an id', { title: 'x', id: newId('task') }, 'id'],
  ])('refuses %s, and makes nothing', async (_what, body, field) => {
    const writer = await aWriter();
    const answer = await writer.post(body);
    expect(answer.status).toBe(400);
    expect((answer.error.details as { path: string }[])[0]?.path).toBe(field);
    expect(await writer.total()).toBe(0);
  });
});

describe('changing a task', () => {
  it('changes what is named, and nothing else but updatedAt', async () => {
    const writer = await aWriter();
    const before = taskOf(await writer.post({ title: 'x', notes: 'y', dueAt: '2026-12-01T09:00:00Z' }));
    const answer = await writer.patch(before.id, { title: 'z', notes: null });
    const after = taskOf(answer);
    expect(after).toEqual({ ...before, title: 'z', notes: null, updatedAt: after.updatedAt });
    const read = await writer.get(before.id);
    expect(read.data).toEqual(answer.data);
    expect(read.headers['etag']).toBe(answer.headers['etag']);
  });

  it('sets completedAt when it becomes done, keeps it while it is, and clears it when it is opened again', async () => {
    const writer = await aWriter();
    const { id } = taskOf(await writer.post({ title: 'x' }));
    const done = taskOf(await writer.patch(id, { status: 'done' }));
    expect(Math.abs(Date.parse(done.completedAt ?? '') - Date.now())).toBeLessThan(60_000);
    expect(taskOf(await writer.patch(id, { title: 'y' })).completedAt).toBe(done.completedAt);
    expect(taskOf(await writer.patch(id, { status: 'done' })).completedAt).toBe(done.completedAt);
    for (const status of ['open', 'in_progress', 'cancelled'])
      expect(taskOf(await writer.patch(id, { status }))).toMatchObject({ status, completedAt: null });
    expect(taskOf(await writer.patch(id, { status: 'done' })).completedAt).not.toBeNull();
  });

  it('sets and clears the contact and the time', async () => {
    const writer = await aWriter();
    const contactId = await aContact(writer.workspace);
    const { id } = taskOf(await writer.post({ title: 'x' }));
    expect(taskOf(await writer.patch(id, { contactId, dueAt: '2026-12-01T09:00:00Z' }))).toMatchObject({
      contactId,
      dueAt: '2026-12-01T09:00:00.000Z',
    });
    expect(taskOf(await writer.patch(id, { title: 'y' })).contactId).toBe(contactId);
    expect(taskOf(await writer.patch(id, { contactId: null, dueAt: null }))).toMatchObject({
      contactId: null,
      dueAt: null,
    });
  });

  it.each<[string, unknown, string]>([
    ['an empty patch', {}, ''],
    ['null for a title', { title: null }, 'title'],
    ['null for a status', { status: null }, 'status'],
    ['a completion', { completedAt: null }, 'completedAt'],
    ['an unknown field', { priority: 1 }, 'priority'],
    ['a workspace', { workspaceId: newId('workspace'), title: 'x' }, 'workspaceId'],
  ])('refuses %s, and changes nothing', async (_what, patch, field) => {
    const writer = await aWriter();
    const created = await writer.post({ title: 'x' });
    const { id } = taskOf(created);
    const answer = await writer.patch(id, patch);
    expect(answer.status).toBe(400);
    expect((answer.error.details as { path: string }[])[0]?.path).toBe(field);
    expect((await writer.get(id)).data).toEqual(created.data);
  });

  it('honours If-Match: of 20 at once with one tag one is done', async () => {
    const writer = await aWriter();
    const created = await writer.post({ title: 'x' });
    const headers = { 'If-Match': String(created.headers['etag']) };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => writer.patch(taskOf(created).id, { title: `t${index}` }, { headers })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
    expect((await writer.patch(newId('task'), { title: 'x' }, { headers })).status).toBe(404);
  });

  it('answers 404 to what is not there, malformed, or another workspace’s, which stays as it is', async () => {
    const [writer, theirs] = [await aWriter(), await aWriter()];
    const foreign = taskOf(await theirs.post({ title: 'Theirs' })).id;
    const ids = [newId('task'), foreign, 'x', foreign.replace('tsk_', 'con_')];
    const answers = await Promise.all(ids.map((id) => writer.patch(id, { title: 'Mine' })));
    for (const answer of answers) expect(comparable(answer)).toEqual(comparable(answers[0]));
    expect(answers[0]?.status).toBe(404);
    expect(taskOf(await theirs.get(foreign)).title).toBe('Theirs');
  });
});

it('a contact that is malformed, of nothing, or another workspace’s is one and the same 404, and nothing is written', async () => {
  const writer = await aWriter();
  const { id } = taskOf(await writer.post({ title: 'x' }));
  const foreign = await aContact(await aWorkspace());
  const sandboxed = await aContact({ uuid: writer.workspace.sandboxUuid });
  const ids = [newId('contact'), foreign, sandboxed, id, 'x', '', foreign.toUpperCase(), 'x'.repeat(1_000)];
  for (const write of [writer.post, (body: object) => writer.patch(id, body)]) {
    const answers = [];
    for (const contactId of ids) answers.push(await write({ title: 'y', contactId }));
    for (const answer of answers) expect(comparable(answer)).toEqual(comparable(answers[0]));
    expect(answers[0]?.status).toBe(404);
    expect(answers[0]?.error).toMatchObject({ code: 'not_found', details: [{ path: 'contactId', code: 'not_found' }] });
  }
  expect(await writer.total()).toBe(1);
  expect(taskOf(await writer.get(id)).title).toBe('x');
});

describe.each(['POST', 'PATCH'])('%s', (method) => {
  const to = method === 'POST' ? path : `${path}/${newId('task')}`;

  it('asks for the scope before it looks at the body, for a token, and counts against the limits', async () => {
    const reader = await aToken({ scopes: ['tasks:read', 'contacts:write'] });
    const refused = await api.call(to, { method, token: reader.secret, body: '{' });
    expect(refused.status).toBe(403);
    expect(refused.error.details).toEqual({ requiredScopes: ['tasks:write'] });
    expect((await api.call(to, { method, body: '{}' })).status).toBe(401);
    const { secret } = await aToken({ quota: { requests: 1, windowSeconds: 3_600 } });
    await api.call(to, { method, token: secret, body: '{}' });
    expect((await api.call(to, { method, token: secret, body: '{}' })).error.code).toBe('rate_limited');
  });
});
