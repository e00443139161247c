import {
  bookingData,
  bookingsData,
  calendarAccountsData,
  contactData,
  contactsData,
  meData,
  newId,
  remindersData,
  taskData,
  tasksData,
  workspaceData,
  type Scope,
} from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import {
  aBooking,
  aCalendarAccount,
  aContact,
  aReminder,
  aTask,
  aToken,
  aWorkspace,
  type TestWorkspace,
} from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { useApi } from '../support/use-api.js';

interface Endpoint {
  route: string;
  scope: Scope | null;
  data: { parse(data: unknown): unknown };
  /** What the path can be called with beside GET and HEAD. */
  writing?: 'POST' | 'PATCH';
  /** Makes what the path names, in this workspace. */
  pathIn: (workspace: TestWorkspace) => Promise<string>;
}

const at = (path: string) => () => Promise.resolve(path);
const endpoints: Endpoint[] = [
  { route: '/me', scope: null, data: meData, pathIn: at('/api/v1/me') },
  { route: '/workspace', scope: 'workspace:read', data: workspaceData, pathIn: at('/api/v1/workspace') },
  { route: '/contacts', scope: 'contacts:read', data: contactsData, writing: 'POST', pathIn: at('/api/v1/contacts') },
  {
    route: '/contacts/:id',
    scope: 'contacts:read',
    data: contactData,
    writing: 'PATCH',
    pathIn: async (workspace) => `/api/v1/contacts/${await aContact(workspace)}`,
  },
  { route: '/bookings', scope: 'bookings:read', data: bookingsData, pathIn: at('/api/v1/bookings') },
  {
    route: '/bookings/:id',
    scope: 'bookings:read',
    data: bookingData,
    pathIn: async (workspace) => `/api/v1/bookings/${await aBooking(workspace)}`,
  },
  { route: '/tasks', scope: 'tasks:read', data: tasksData, writing: 'POST', pathIn: at('/api/v1/tasks') },
  {
    route: '/tasks/:id',
    scope: 'tasks:read',
    data: taskData,
    writing: 'PATCH',
    pathIn: async (workspace) => `/api/v1/tasks/${await aTask(workspace)}`,
  },
  {
    route: '/reminders',
    scope: 'reminders:read',
    data: remindersData,
    writing: 'POST',
    pathIn: at('/api/v1/reminders'),
  },
  {
    route: '/calendar-health',
    scope: 'calendar_health:read',
    data: calendarAccountsData,
    pathIn: at('/api/v1/calendar-health'),
  },
];

const api = useApi();

describe.each(endpoints)('GET $route', ({ scope, data, writing, pathIn }) => {
  const arrangeCall = async (token: Parameters<typeof aToken>[0] = {}) => {
    const workspace = await aWorkspace();
    const makers = [aContact, aBooking, aTask, aReminder, aCalendarAccount];
    await Promise.all(makers.map((make) => make(workspace)));
    const { secret } = await aToken({ workspace, ...(scope ? { scopes: [scope] } : {}), ...token });
    return { path: await pathIn(workspace), secret };
  };

  it('answers 200 with data of its schema, in the envelope, not to be stored by anyone', async () => {
    const { path, secret } = await arrangeCall();
    const answer = await api.call(path, { token: secret });
    expect(answer.status).toBe(200);
    data.parse(answer.data);
    expectCommonHeaders(answer);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('answers HEAD as GET without the body', async () => {
    const { path, secret } = await arrangeCall();
    const full = await api.call(path, { token: secret });
    const head = await api.call(path, { token: secret, method: 'HEAD' });
    expect({ status: head.status, text: head.text }).toEqual({ status: 200, text: '' });
    expect(head.headers['content-type']).toBe(full.headers['content-type']);
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(full.text)));
    expect(head.headers['cache-control']).toBe('no-store');
  });

  it('answers 400 to a query parameter that it does not know, and names it', async () => {
    const { path, secret } = await arrangeCall();
    for (const name of [
      'nonsense',
      'workspaceId',
      'limit[]',
      'page[a]',
      '__proto__',
      'constructor',
      'prototype',
      'hasOwnProperty',
    ]) {
      const answer = await api.call(`${path}?${encodeURIComponent(name)}=value-of-it`, { token: secret });
      expect(answer.status, name).toBe(400);
      expect(answer.error.code).toBe('invalid_request');
      expect(answer.error.details).toEqual([{ path: name, code: 'unknown_field', message: expect.any(String) }]);
      expect(answer.text).not.toContain('value-of-it');
    }
  });

  it('answers 401 without a token', async () => {
    const { path } = await arrangeCall();
    const answer = await api.call(path);
    expect(answer.status).toBe(401);
    expect(answer.error.code).toBe('invalid_token');
    expect(answer.headers['cache-control']).toBe('no-store');
    expectCommonHeaders(answer);
  });

  it(scope ? 'answers 403 without its scope' : 'asks for no scope', async () => {
    const { path, secret } = await arrangeCall({ scopes: ['tasks:write'] });
    const answer = await api.call(path, { token: secret });
    expect(answer.status).toBe(scope ? 403 : 200);
    if (scope) expect(answer.error).toMatchObject({ code: 'insufficient_scope', details: { requiredScopes: [scope] } });
    expectCommonHeaders(answer);
  });

  const others = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'].filter((name) => name !== writing);
  it.each(others)('answers %s with 405 and what is allowed', async (method) => {
    const { path, secret } = await arrangeCall();
    const answer = await api.call(path, { token: secret, method });
    expect(answer.status).toBe(405);
    expect(answer.error.code).toBe('method_not_allowed');
    expect(answer.headers.allow).toBe(['GET', 'HEAD', ...(writing ? [writing] : [])].join(', '));
    expectCommonHeaders(answer);
  });

  it('answers 429 over the limit', async () => {
    const { path, secret } = await arrangeCall({ quota: { requests: 1, windowSeconds: 3_600 } });
    expect((await api.call(path, { token: secret })).status).toBe(200);
    const answer = await api.call(path, { token: secret });
    expect(answer.status).toBe(429);
    expect(answer.error.code).toBe('rate_limited');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expectCommonHeaders(answer);
  });
});

describe.each([
  ['contacts', 'contact', 'booking'],
  ['bookings', 'booking', 'contact'],
] as const)('the %s of a workspace', (resource, kind, otherKind) => {
  it('are neither in the lists nor in the totals of another', async () => {
    const [mine, other] = await Promise.all([aWorkspace(), aWorkspace()]);
    const make = kind === 'contact' ? aContact : aBooking;
    await Promise.all([make(other), make(other), make({ uuid: mine.sandboxUuid })]);
    const own = await make(mine);
    const { secret } = await aToken({ workspace: mine });

    const list = await api.call(`/api/v1/${resource}`, { token: secret });
    const workspace = await api.call('/api/v1/workspace', { token: secret });

    expect(list.data).toMatchObject({ [resource]: [{ id: own }], pagination: { total: 1 } });
    expect(workspace.data).toMatchObject({ workspace: { id: mine.id, counts: { [resource]: 1 } } });
  });

  it('answer 404, the very same, to every id that is not one of them', async () => {
    const [mine, other] = await Promise.all([aWorkspace(), aWorkspace()]);
    const token = await aToken({ workspace: mine });
    const make = kind === 'contact' ? aContact : aBooking;
    const [own, foreign, sandboxed] = await Promise.all([make(mine), make(other), make({ uuid: mine.sandboxUuid })]);
    const malformed = [
      own.toUpperCase(),
      `${own}0`,
      own.slice(0, -1),
      own.replace(/_./, '_8'),
      own.replace('_', '-'),
      own.slice(4),
    ];
    const odd = [
      'x',
      '0',
      '-1',
      'null',
      '%20',
      '%2f',
      "'--",
      '*',
      `${own},${own}`,
      'a'.repeat(101),
      '%F0%9F%98%80',
      `${own}%0a`,
    ];
    const unknown = await api.call(`/api/v1/${resource}/${newId(kind)}`, { token: token.secret });

    for (const id of [foreign, sandboxed, newId(otherKind), mine.uuid, ...malformed, ...odd]) {
      const answer = await api.call(`/api/v1/${resource}/${id}`, { token: token.secret });
      expect(withoutItsOwn(answer), id).toEqual(withoutItsOwn(unknown));
    }
    expect(unknown.status).toBe(404);
    expect((await api.call(`/api/v1/${resource}/${own}`, { token: token.secret })).status).toBe(200);
  });
});

/** An answer as another one must be in every byte: all but what counts and tells requests apart. */
function withoutItsOwn({ status, headers, text }: Answer) {
  const own = ['x-calkeep-request-id', 'date', 'ratelimit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
  const common = Object.entries(headers).filter(([name]) => !own.includes(name));
  return { status, headers: Object.fromEntries(common), text: text.replaceAll(/req_[0-9a-z]{26}/g, 'req') };
}

function expectCommonHeaders(answer: Answer): void {
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.headers['x-calkeep-request-id']).toMatch(/^req_[0-7][0-9a-z]{25}$/);
  expect(answer.headers).not.toHaveProperty('server');
  expect(answer.headers).not.toHaveProperty('x-powered-by');
}
