import { CalKeep, InvalidRequestError, NotFoundError, PermissionError, PreconditionFailedError } from '@calkeep/sdk';
import { describe, expect, it } from 'vitest';
import { aContact, aToken, aWorkspace, someContacts, type TokenOptions } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

async function aClient(options: TokenOptions = {}): Promise<CalKeep> {
  const token = await aToken(options);
  return new CalKeep({ token: token.secret, baseUrl: api.process.baseUrl });
}

describe('the client', () => {
  it('creates, reads and changes, and loses nothing that others changed meanwhile', async () => {
    const calkeep = await aClient();
    const created = await calkeep.contacts.create({ firstName: 'Ada', email: 'ada@example.com', tags: ['vip'] });
    expect(created).toMatchObject({ firstName: 'Ada', email: 'ada@example.com', tags: ['vip'], phone: null });

    const { data, info } = await calkeep.contacts.get(created.id).withInfo();
    expect(data).toEqual(created);
    expect(info.requestId).toMatch(/^req_/);
    const { etag } = info;
    if (etag === undefined) throw new Error('no entity tag');

    const changed = await calkeep.contacts.update(created.id, { title: 'CTO' }, { ifMatch: etag });
    expect(changed.title).toBe('CTO');
    await expect(calkeep.contacts.update(created.id, { title: 'CEO' }, { ifMatch: etag })).rejects.toThrow(
      PreconditionFailedError,
    );
  });

  it('is told the same again under one key', async () => {
    const calkeep = await aClient();
    const create = () => calkeep.tasks.create({ title: 'Send the offer' }, { idempotencyKey: 'order-17' }).withInfo();
    const [first, again] = [await create(), await create()];
    expect(again.data).toEqual(first.data);
    expect([first.info.isReplayed, again.info.isReplayed]).toEqual([false, true]);
  });

  it('knows tasks, reminders, bookings, calendars, the workspace and itself', async () => {
    const workspace = await aWorkspace();
    const contact = await aContact(workspace);
    const calkeep = await aClient({ workspace });
    const task = await calkeep.tasks.create({ title: 'Call', contactId: contact, dueAt: '2027-01-01T00:00:00Z' });
    const done = await calkeep.tasks.update(task.id, { status: 'done' });
    expect(done.completedAt).not.toBeNull();
    expect((await calkeep.tasks.get(task.id)).status).toBe('done');
    const target = { type: 'task', id: task.id } as const;
    const reminder = await calkeep.reminders.create({ title: 'Soon', dueAt: '2027-01-01T00:00:00Z', target });
    expect(reminder.target).toEqual(target);
    expect((await calkeep.reminders.list({ dueFrom: new Date('2026-12-31') })).items).toEqual([reminder]);
    expect((await calkeep.bookings.list()).items).toEqual([]);
    expect((await calkeep.calendarHealth.list()).pagination.nextCursor).toBeNull();
    expect((await calkeep.workspace()).counts).toMatchObject({ contacts: 1, tasks: 1, reminders: 1 });
    expect((await calkeep.me()).workspace.id).toBe(workspace.id);
  });

  it('asks what the guards would say, without making the call', async () => {
    const calkeep = await aClient({ scopes: ['contacts:read'] });
    const said = await calkeep.explain({ method: 'POST', path: '/api/v1/contacts' });
    expect(said).toMatchObject({ outcome: 'refused', missingScopes: ['contacts:write'] });
  });

  it('ends its own token', async () => {
    const calkeep = await aClient();
    await calkeep.revokeToken();
    await expect(calkeep.me()).rejects.toMatchObject({ name: 'AuthenticationError', code: 'invalid_token' });
  });
});

describe('a list', () => {
  it('walks every item once, page by page, while items come', async () => {
    const workspace = await aWorkspace();
    const there = await someContacts(workspace, 25);
    const calkeep = await aClient({ workspace });
    const seen: string[] = [];
    for await (const { id } of calkeep.contacts.list({ limit: 10 })) {
      seen.push(id);
      if (seen.length === 5) await aContact(workspace);
    }
    expect(seen).toEqual(there);
  });

  it('awaited is its first page, with an exact total', async () => {
    const workspace = await aWorkspace();
    await someContacts(workspace, 12);
    const calkeep = await aClient({ workspace });
    const page = await calkeep.contacts.list({ limit: 5, page: 2 });
    expect(page.items).toHaveLength(5);
    expect(page.pagination).toMatchObject({ page: 2, total: 12, totalPages: 3, hasMore: true });
  });

  it('goes on from the page that it was asked to begin at', async () => {
    const workspace = await aWorkspace();
    const there = await someContacts(workspace, 12);
    const calkeep = await aClient({ workspace });
    const seen: string[] = [];
    for await (const { id } of calkeep.contacts.list({ limit: 5, page: 2 })) seen.push(id);
    expect(seen).toEqual(there.slice(5));
  });
});

describe('an error', () => {
  it('says which scope is missing', async () => {
    const calkeep = await aClient({ scopes: ['contacts:read'] });
    const error: unknown = await calkeep.tasks.list().then(undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(PermissionError);
    expect(error).toMatchObject({ code: 'insufficient_scope', requiredScopes: ['tasks:read'] });
  });

  it('says what is wrong, field by field', async () => {
    const calkeep = await aClient();
    const error: unknown = await calkeep.contacts.create({ email: 'nobody' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect((error as InvalidRequestError).issues.map(({ path }) => path)).toEqual(['email']);
  });

  it('of an unknown id is a NotFoundError', async () => {
    const calkeep = await aClient();
    await expect(calkeep.contacts.get('con_../../me')).rejects.toThrow(NotFoundError);
  });
});
