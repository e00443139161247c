import {
  bookingsData,
  calendarAccountsData,
  contactsData,
  newId,
  parsePublicId,
  remindersData,
  taskData,
  tasksData,
  type IdKind,
} from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { aBooking, aCalendarAccount, aContact, aReminder, aTask, aToken, aWorkspace } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

const at = (day: number) => `2026-03-${String(day).padStart(2, '0')}T00:00:00.000Z`;
const uuidOf = (kind: IdKind, id: string) => parsePublicId(kind, id) ?? '';

/** The ids that a list holds, checked against the contract's schema of the whole list. */
async function idsOf(path: string, token: string, data: { parse(data: unknown): object }): Promise<string[]> {
  const answer = await api.call(path, { token });
  const [rows] = Object.values(data.parse(answer.data));
  return (rows as { id: string }[]).map(({ id }) => id);
}

describe('tasks', () => {
  it('are told whole, alone as in lists', async () => {
    const workspace = await aWorkspace();
    const contactId = await aContact(workspace);
    const id = await aTask(workspace, {
      title: 'Send the "offer"\n',
      notes: 'By post.',
      status: 'done',
      due_at: at(2),
      contact_id: uuidOf('contact', contactId),
      completed_at: at(1),
      created_at: '2026-01-01T00:00:00.001Z',
      updated_at: at(1),
    });
    const { secret } = await aToken({ workspace, scopes: ['tasks:read'] });

    const alone = taskData.parse((await api.call(`/api/v1/tasks/${id}`, { token: secret })).data).task;

    expect(alone).toEqual({
      ...{ id, title: 'Send the "offer"\n', notes: 'By post.', status: 'done', dueAt: at(2), contactId },
      ...{ completedAt: at(1), createdAt: '2026-01-01T00:00:00.001Z', updatedAt: at(1) },
    });
    const list = await api.call('/api/v1/tasks', { token: secret });
    expect(tasksData.parse(list.data).tasks).toEqual([alone]);
  });

  it('are found by status, contact and due date, alone and together', async () => {
    const workspace = await aWorkspace();
    const contactId = await aContact(workspace);
    const ofContact = { contact_id: uuidOf('contact', contactId) };
    const [early, late, dateless, done] = [
      await aTask(workspace, { ...ofContact, due_at: at(1), created_at: at(1) }),
      await aTask(workspace, { due_at: at(9), created_at: at(2) }),
      await aTask(workspace, { ...ofContact, created_at: at(3) }),
      await aTask(workspace, { ...ofContact, status: 'done', completed_at: at(4), due_at: at(4), created_at: at(4) }),
    ];
    const { secret } = await aToken({ workspace });
    const found = (query: string) => idsOf(`/api/v1/tasks?${query}`, secret, tasksData);

    expect(await found('status=open')).toEqual([dateless, late, early]);
    expect(await found('status=done')).toEqual([done]);
    expect(await found('status=cancelled')).toEqual([]);
    expect(await found(`contactId=${contactId}`)).toEqual([done, dateless, early]);
    expect(await found(`dueBefore=${at(4)}`)).toEqual([early]);
    expect(await found(`dueBefore=${at(5)}&sort=dueAt`)).toEqual([early, done]);
    expect(await found(`dueBefore=${at(5)}&status=open&contactId=${contactId}`)).toEqual([early]);
    expect(await found('dueBefore=9999-12-31T23:59:59.999Z')).not.toContain(dateless);
  });

  it('without a due date stand behind the others in the order of due dates, and are walked over', async () => {
    const workspace = await aWorkspace();
    const [second, first] = [await aTask(workspace, { due_at: at(2) }), await aTask(workspace, { due_at: at(1) })];
    const dateless = [await aTask(workspace), await aTask(workspace)].sort();
    const { secret } = await aToken({ workspace });
    const expected = [first, second, ...dateless];

    expect(await idsOf('/api/v1/tasks?sort=dueAt', secret, tasksData)).toEqual(expected);
    expect(await idsOf('/api/v1/tasks?sort=-dueAt', secret, tasksData)).toEqual([...expected].reverse());
    const walked: string[] = [];
    for (let query = 'sort=dueAt&limit=1'; ;) {
      const { tasks, pagination } = tasksData.parse((await api.call(`/api/v1/tasks?${query}`, { token: secret })).data);
      walked.push(...tasks.map(({ id }) => id));
      if (pagination.nextCursor === null) break;
      query = `sort=dueAt&limit=1&cursor=${pagination.nextCursor}`;
    }
    expect(walked).toEqual(expected);
  });
});

describe('reminders', () => {
  it('name their target, whichever it is', async () => {
    const workspace = await aWorkspace();
    const [contact, booking, task] = [await aContact(workspace), await aBooking(workspace), await aTask(workspace)];
    const common = { title: 'Call', due_at: at(1), updated_at: at(3) };
    const ids = [
      await aReminder(workspace, { ...common, contact_id: uuidOf('contact', contact), created_at: at(3) }),
      await aReminder(workspace, { ...common, booking_id: uuidOf('booking', booking), created_at: at(2) }),
      await aReminder(workspace, { ...common, task_id: uuidOf('task', task), created_at: at(1) }),
    ];
    const { secret } = await aToken({ workspace, scopes: ['reminders:read'] });

    const { reminders } = remindersData.parse((await api.call('/api/v1/reminders', { token: secret })).data);

    const shared = { title: 'Call', dueAt: at(1), status: 'scheduled', updatedAt: at(3) };
    expect(reminders).toEqual([
      { ...shared, id: ids[0], target: { type: 'contact', id: contact }, createdAt: at(3) },
      { ...shared, id: ids[1], target: { type: 'booking', id: booking }, createdAt: at(2) },
      { ...shared, id: ids[2], target: { type: 'task', id: task }, createdAt: at(1) },
    ]);
  });

  it('are found by status and due date', async () => {
    const workspace = await aWorkspace();
    const sent = await aReminder(workspace, { status: 'sent', due_at: at(1), created_at: at(1) });
    const soon = await aReminder(workspace, { due_at: at(2), created_at: at(2) });
    const later = await aReminder(workspace, { due_at: at(3), created_at: at(3) });
    const { secret } = await aToken({ workspace });
    const found = (query: string) => idsOf(`/api/v1/reminders?${query}`, secret, remindersData);

    expect(await found('status=sent')).toEqual([sent]);
    expect(await found(`dueFrom=${at(2)}`)).toEqual([later, soon]);
    expect(await found(`dueTo=${at(2)}`)).toEqual([sent]);
    expect(await found(`dueFrom=${at(1)}&dueTo=${at(3)}&sort=dueAt`)).toEqual([sent, soon]);
    expect(await found(`dueFrom=${at(1)}&dueTo=${at(3)}&status=scheduled`)).toEqual([soon]);
  });
});

describe('calendar health', () => {
  it('tells of every connected account', async () => {
    const workspace = await aWorkspace();
    const well = await aCalendarAccount(workspace, { last_sync_at: at(2), updated_at: at(2), created_at: at(2) });
    const failing = { provider: 'microsoft', status: 'failing', last_error_code: 'token_expired' };
    const ill = await aCalendarAccount(workspace, { ...failing, updated_at: at(1), created_at: at(1) });
    const { secret } = await aToken({ workspace, scopes: ['calendar_health:read'] });

    const answer = await api.call('/api/v1/calendar-health?sort=-updatedAt', { token: secret });

    const email = 'calendar@acme.test';
    const { calendarAccounts, pagination } = calendarAccountsData.parse(answer.data);
    expect(calendarAccounts).toEqual([
      {
        ...{ id: well, provider: 'google', email, status: 'ok' },
        lastSyncAt: at(2),
        lastErrorCode: null,
        updatedAt: at(2),
      },
      {
        id: ill,
        email,
        provider: 'microsoft',
        status: 'failing',
        lastSyncAt: null,
        lastErrorCode: 'token_expired',
        updatedAt: at(1),
      },
    ]);
    expect(pagination).toMatchObject({ page: 1, total: 2 });
  });
});

describe('bookings', () => {
  it('are found by status, start, contact and change, alone and together', async () => {
    const workspace = await aWorkspace();
    const contactId = await aContact(workspace);
    const from = (day: number) => ({
      start_at: at(day),
      end_at: at(day + 1),
      created_at: at(day),
      updated_at: at(day),
    });
    const ofContact = { contact_id: uuidOf('contact', contactId) };
    const [first, second, third] = [
      await aBooking(workspace, { ...from(1), ...ofContact }),
      await aBooking(workspace, { ...from(2), status: 'completed' }),
      await aBooking(workspace, { ...from(3), ...ofContact, status: 'completed', updated_at: at(9) }),
    ];
    const { secret } = await aToken({ workspace });
    const found = (query: string) => idsOf(`/api/v1/bookings?${query}`, secret, bookingsData);

    expect(await found('status=completed')).toEqual([third, second]);
    expect(await found(`from=${at(2)}`)).toEqual([third, second]);
    expect(await found(`to=${at(2)}`)).toEqual([first]);
    expect(await found(`from=${at(2)}&to=${at(3)}`)).toEqual([second]);
    expect(await found(`contactId=${contactId}&sort=startAt`)).toEqual([first, third]);
    expect(await found(`updatedSince=${at(9)}`)).toEqual([third]);
    expect(await found(`contactId=${contactId}&status=completed&to=${at(9)}&updatedSince=${at(9)}`)).toEqual([third]);
  });
});

describe('a filter by contact', () => {
  it('finds nothing of one that is unknown, foreign, malformed or of another kind', async () => {
    const [workspace, other] = [await aWorkspace(), await aWorkspace()];
    const foreign = await aContact(other);
    await aBooking(other, { contact_id: uuidOf('contact', foreign) });
    await Promise.all([aBooking(workspace), aTask(workspace)]);
    const { secret } = await aToken({ workspace });
    for (const id of [newId('contact'), foreign, newId('task'), 'con_', "'%20or%20true--", '', 'a'.repeat(500)])
      for (const [resource, data] of [
        ['bookings', bookingsData],
        ['tasks', tasksData],
      ] as const) {
        const answer = await api.call(`/api/v1/${resource}?contactId=${id}`, { token: secret });
        expect(answer.status, id).toBe(200);
        expect(data.parse(answer.data), id).toMatchObject({ [resource]: [], pagination: { total: 0 } });
      }
  });
});

describe('contacts', () => {
  it('are found by creation and change, alone and together', async () => {
    const workspace = await aWorkspace();
    const [first, second, third] = [
      await aContact(workspace, { created_at: at(1), updated_at: at(5) }),
      await aContact(workspace, { created_at: at(2), updated_at: at(2) }),
      await aContact(workspace, { created_at: at(3), updated_at: at(3) }),
    ];
    const { secret } = await aToken({ workspace });
    const found = (query: string) => idsOf(`/api/v1/contacts?${query}`, secret, contactsData);

    expect(await found(`createdFrom=${at(2)}`)).toEqual([third, second]);
    expect(await found(`createdTo=${at(2)}`)).toEqual([first]);
    expect(await found(`createdFrom=${at(1)}&createdTo=${at(3)}`)).toEqual([second, first]);
    expect(await found(`updatedSince=${at(3)}`)).toEqual([third, first]);
    expect(await found(`updatedSince=${at(3)}&createdTo=${at(3)}`)).toEqual([first]);
    expect(await found('sort=updatedAt')).toEqual([second, third, first]);
    // The same instant in another zone.
    expect(await found(`updatedSince=${encodeURIComponent('2026-03-05T05:30:00+05:30')}`)).toEqual([first]);
  });
});

describe('a query for a list is refused', () => {
  it.each([
    ...[
      'contacts?status=open',
      'bookings?status=done',
      'bookings?status=',
      'tasks?status=open,done',
      'tasks?status=Open',
    ],
    ...[
      'reminders?status=open',
      'calendar-health?status=ok',
      'contacts?sort=',
      'contacts?sort=-',
      'contacts?sort=%2DcreatedAt%20',
    ],
    ...[
      'contacts?sort=password_hash',
      'contacts?sort=notes',
      'contacts?sort=--createdAt',
      'contacts?sort=createdAt,id',
    ],
    ...[
      'contacts?sort=created_at',
      'contacts?sort=createdAt&sort=createdAt',
      'bookings?sort=contact.email',
      'tasks?sort=toString',
    ],
    ...['tasks?status=open&status=done', 'tasks?status[]=open', 'tasks?status[not]=open', 'tasks?contactId[$ne]=x'],
    ...['tasks?dueBefore=2026-02-30T00:00:00Z', 'tasks?dueBefore=300000-01-01T00:00:00Z', 'tasks?dueBefore=2026-03-01'],
    ...['tasks?dueBefore=2026-03-01T00:00:00', 'bookings?from=1e999', 'bookings?to=', 'contacts?updatedSince=now'],
    ...[
      'bookings?workspaceId=ws_x',
      'contacts?total=1',
      'contacts?total=TRUE',
      'contacts?cursor=x',
      'contacts?cursor=',
      'contacts?constructor=1',
    ],
    `contacts?cursor=${'a'.repeat(8_000)}`,
  ])('with /%s', async (path) => {
    const { secret } = await aToken();
    const answer = await api.call(`/api/v1/${path}`, { token: secret });
    expect(answer.status).toBe(400);
    expect(answer.error.code).toBe('invalid_request');
    const [name = ''] = /(?<=\?)[^=]*/.exec(path) ?? [];
    expect(answer.error.details).toMatchObject([{ path: name }]);
  });
});
