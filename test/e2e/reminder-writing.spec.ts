import { newId, reminderData, type Reminder } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { aBooking, aContact, aToken, aWorkspace, type TestWorkspace } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { comparable } from '../support/comparable.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const path = '/api/v1/reminders';

async function aWriter(workspace?: TestWorkspace) {
  const token = await aToken({ ...(workspace && { workspace }) });
  const send = (to: string, body: unknown) =>
    api.call(to, { method: 'POST', token: token.secret, body: JSON.stringify(body) });
  return {
    workspace: token.workspace,
    post: (body: unknown) => send(path, body),
    list: () => api.call(path, { token: token.secret }),
    aTask: async () => ((await send('/api/v1/tasks', { title: 'x' })).data['task'] as { id: string }).id,
    total: async () => {
      const { data } = await api.call('/api/v1/workspace', { token: token.secret });
      return (data['workspace'] as { counts: { reminders: number } }).counts.reminders;
    },
  };
}

const reminderOf = (answer: Answer): Reminder => reminderData.parse(answer.data).reminder;
const dueAt = '2026-12-01T09:00:00Z';

it('are made for a contact, a booking and a task of the workspace', async () => {
  const writer = await aWriter();
  const targets = [
    { type: 'contact', id: await aContact(writer.workspace) },
    { type: 'booking', id: await aBooking(writer.workspace) },
    { type: 'task', id: await writer.aTask() },
  ];
  const made = [];
  for (const target of targets) {
    const answer = await writer.post({ title: ' Call ', dueAt, target });
    expect(answer.status).toBe(201);
    expect(answer.headers['location']).toBeUndefined();
    const reminder = reminderOf(answer);
    expect(reminder).toEqual({
      id: reminder.id,
      ...{ title: 'Call', dueAt: '2026-12-01T09:00:00.000Z', status: 'scheduled', target },
      ...{ createdAt: reminder.createdAt, updatedAt: reminder.createdAt },
    });
    made.unshift(reminder);
  }
  const listed = (await writer.list()).data['reminders'] as Reminder[];
  expect(listed.map(({ id }) => id).sort()).toEqual(made.map(({ id }) => id).sort());
  expect(listed).toEqual(expect.arrayContaining(made));
  expect(await writer.total()).toBe(3);
});

it.each<[string, object, string]>([
  ['no title', { title: undefined }, 'title'],
  ['no time', { dueAt: undefined }, 'dueAt'],
  ['null for a time', { dueAt: null }, 'dueAt'],
  ['30 February', { dueAt: '2026-02-30T00:00:00Z' }, 'dueAt'],
  ['no target', { target: undefined }, 'target'],
  ['a target of another kind', { target: { type: 'workspace', id: newId('workspace') } }, 'target.type'],
  ['a target without an id', { target: { type: 'contact' } }, 'target.id'],
  ['an operator for an id', { target: { type: 'contact', id: { not: null } } }, 'target.id'],
  ['two targets', { target: { type: 'contact', id: newId('contact'), taskId: newId('task') } }, 'target.taskId'],
  ['a status', { status: 'sent' }, 'status'],
  ['a workspace', { workspaceId: newId('workspace') }, 'workspaceId'],
])('with %s are refused, and nothing is made', async (_what, change, field) => {
  const writer = await aWriter();
  const target = { type: 'contact', id: await aContact(writer.workspace) };
  const answer = await writer.post({ title: 'x', dueAt, target, ...change });
  expect(answer.status).toBe(400);
  expect((answer.error.details as { path: string }[])[0]?.path).toBe(field);
  expect(await writer.total()).toBe(0);
});

it('for what is malformed, of nothing, of another kind, or another workspace’s are one and the same 404', async () => {
  const writer = await aWriter();
  const theirs = await aWriter(await aWorkspace());
  const foreign = {
    contact: await aContact(theirs.workspace),
    booking: await aBooking(theirs.workspace),
    task: await theirs.aTask(),
  };
  const ours = {
    contact: await aContact(writer.workspace),
    sandbox: await aContact({ uuid: writer.workspace.sandboxUuid }),
  };
  for (const type of ['contact', 'booking', 'task'] as const) {
    const others = type === 'contact' ? [ours.sandbox] : [ours.contact];
    const answers = [];
    for (const id of [newId(type), foreign[type], ...others, 'x', ''])
      answers.push(await writer.post({ title: 'x', dueAt, target: { type, id } }));
    for (const answer of answers) expect(comparable(answer)).toEqual(comparable(answers[0]));
    expect(answers[0]?.status).toBe(404);
    expect(answers[0]?.error.details).toMatchObject([{ path: 'target.id', code: 'not_found' }]);
  }
  expect(await writer.total()).toBe(0);
});

it('ask for the scope before the body, for a token, and count against the limits', async () => {
  const reader = await aToken({ scopes: ['reminders:read', 'tasks:write'] });
  const refused = await api.call(path, { method: 'POST', token: reader.secret, body: '{' });
  expect(refused.status).toBe(403);
  expect(refused.error.details).toEqual({ requiredScopes: ['reminders:write'] });
  expect((await api.call(path, { method: 'POST', body: '{}' })).status).toBe(401);
  const { secret } = await aToken({ quota: { requests: 1, windowSeconds: 3_600 } });
  await api.call(path, { method: 'POST', token: secret, body: '{}' });
  expect((await api.call(path, { method: 'POST', token: secret, body: '{}' })).error.code).toBe('rate_limited');
});
