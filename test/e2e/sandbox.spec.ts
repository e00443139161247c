import { contactsData, meData, toPublicId } from '@calkeep/contract';
import { expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { aBooking, aCalendarAccount, aContact, aReminder, aTask, aToken, aWorkspace } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

it('is all that a ck_test_ token sees, and nothing that a ck_live_ token does', async () => {
  const workspace = await aWorkspace();
  const sandbox = { uuid: workspace.sandboxUuid };
  const [live, test] = await Promise.all([aToken({ workspace }), aToken({ workspace, mode: 'test' })]);
  const ids = {
    live: { contact: await aContact(workspace), booking: await aBooking(workspace) },
    test: { contact: await aContact(sandbox), booking: await aBooking(sandbox) },
  };

  for (const [secret, own, foreign] of [
    [live.secret, ids.live, ids.test],
    [test.secret, ids.test, ids.live],
  ] as const) {
    const list = contactsData.parse((await api.call('/api/v1/contacts', { token: secret })).data);
    expect(list.contacts.map(({ id }) => id)).toEqual([own.contact]);
    expect(list.pagination.total).toBe(1);
    const statusOf = async (path: string) => (await api.call(`/api/v1/${path}`, { token: secret })).status;
    expect(await statusOf(`contacts/${own.contact}`)).toBe(200);
    expect(await statusOf(`bookings/${own.booking}`)).toBe(200);
    expect(await statusOf(`contacts/${foreign.contact}`)).toBe(404);
    expect(await statusOf(`bookings/${foreign.booking}`)).toBe(404);
  }
});

it('is what a ck_test_ token is told of as its workspace', async () => {
  const workspace = await aWorkspace({ name: 'Acme' });
  const { secret } = await aToken({ workspace, mode: 'test' });
  const me = meData.parse((await api.call('/api/v1/me', { token: secret })).data);
  expect(me.token).toMatchObject({ mode: 'test', displayPrefix: secret.slice(0, 12) });
  expect(me.workspace).toEqual({
    id: toPublicId('workspace', workspace.sandboxUuid),
    name: 'Acme (sandbox)',
    plan: 'business',
  });
});

it('missing makes its tokens bad ones, and never lets them at live data', async () => {
  const workspace = await aWorkspace();
  const { secret } = await aToken({ workspace, mode: 'test' });
  await administerRows('update workspaces set sandbox_id = null where id = $1', [workspace.uuid]);
  expect((await api.call('/api/v1/contacts', { token: secret })).status).toBe(401);
});

it('is all that every list shows a ck_test_ token, and every object of live data is one that there is not', async () => {
  const workspace = await aWorkspace();
  const sandbox = { uuid: workspace.sandboxUuid };
  const { secret } = await aToken({ workspace, mode: 'test' });
  const makers = {
    contacts: aContact,
    bookings: aBooking,
    tasks: aTask,
    reminders: aReminder,
    'calendar-health': aCalendarAccount,
  };
  for (const [path, make] of Object.entries(makers)) {
    const [own, foreign] = [await make(sandbox), await make(workspace)];
    const { data } = await api.call(`/api/v1/${path}`, { token: secret });
    const [rows] = Object.values(data).filter(Array.isArray) as { id: string }[][];
    // A reminder comes with a contact that it is about.
    expect(
      rows?.map(({ id }) => id),
      path,
    ).toContain(own);
    expect(JSON.stringify(rows), path).not.toContain(foreign);
  }
});

it('takes what a ck_test_ token writes, and live data does not', async () => {
  const workspace = await aWorkspace();
  const [live, test] = await Promise.all([aToken({ workspace }), aToken({ workspace, mode: 'test' })]);
  const liveContact = await aContact(workspace);
  const create = (path: string, body: object) =>
    api.call(`/api/v1/${path}`, { method: 'POST', token: test.secret, body: JSON.stringify(body) });
  const dueAt = '2027-01-01T00:00:00Z';

  for (const path of ['contacts', 'tasks'])
    expect((await create(path, path === 'tasks' ? { title: 'x' } : { firstName: 'x' })).status).toBe(201);
  expect((await create('tasks', { title: 'x', contactId: liveContact })).status).toBe(404);
  const target = { type: 'contact', id: liveContact };
  expect((await create('reminders', { title: 'x', dueAt, target })).status).toBe(404);

  const { data } = await api.call('/api/v1/workspace', { token: live.secret });
  expect(data['workspace']).toMatchObject({ counts: { contacts: 1, tasks: 0, reminders: 0 } });
});
