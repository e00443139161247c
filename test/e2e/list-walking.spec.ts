import { contactsData } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { aContact, arrange, aToken, aWorkspace, someBookings, someContacts } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

async function read(token: string, query: string) {
  const answer = await api.call(`/api/v1/contacts?${query}`, { token });
  const { contacts, pagination } = contactsData.parse(answer.data);
  return { ids: contacts.map(({ id }) => id), pagination, links: linksOf(answer) };
}

/** By relation, as RFC 8288 writes them. */
function linksOf({ headers }: Answer): Record<string, string> {
  const links = [...String(headers['link']).matchAll(/<([^>]*)>; rel="(\w+)"/g)];
  return Object.fromEntries(links.map(([, target = '', rel = '']) => [rel, target]));
}

const pathOf = (link: string | undefined) => {
  const { pathname, search } = new URL(link ?? '');
  return `${pathname}${search}`;
};

describe('a walk by cursor', () => {
  it.each(['-createdAt', 'createdAt', '-updatedAt', 'updatedAt'])(
    'in the order %s sees every row once',
    async (sort) => {
      const workspace = await aWorkspace();
      const at = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z', '2026-01-02T00:00:00Z'];
      for (let row = 0; row < 11; row++)
        await aContact(workspace, { created_at: at[row % 3], updated_at: at[(row * 2) % 3] });
      const { secret } = await aToken({ workspace });
      const whole = await read(secret, `sort=${sort}`);
      expect(new Set(whole.ids).size).toBe(11);
      for (const limit of [1, 4, 11]) {
        let { ids: walked, pagination } = await read(secret, `sort=${sort}&limit=${limit}`);
        while (pagination.nextCursor !== null) {
          const next = await read(secret, `sort=${sort}&limit=${limit}&cursor=${pagination.nextCursor}`);
          expect(next.pagination).toEqual({
            limit,
            hasMore: next.pagination.nextCursor !== null,
            nextCursor: next.pagination.nextCursor,
          });
          walked = [...walked, ...next.ids];
          pagination = next.pagination;
        }
        expect(walked).toEqual(whole.ids);
      }
    },
  );

  it('sees every row that stayed exactly once while others come and go', async () => {
    const workspace = await aWorkspace();
    const ids = await someContacts(workspace, 40);
    const { secret } = await aToken({ workspace });
    const walked: string[] = [];
    for (let query = 'limit=7'; ;) {
      const { ids: found, pagination } = await read(secret, query);
      walked.push(...found);
      if (pagination.nextCursor === null) break;
      query = `limit=7&cursor=${pagination.nextCursor}`;
      await aContact(workspace);
      // Of those that were shown, that come next, and the very one that the cursor stands at.
      await arrange(workspace.uuid, (client) =>
        client.query(
          `delete from contacts where first_name in ('Contact ' || $1::int, 'Contact ' || $1::int + 2, 'Contact ' || $1::int - 3)`,
          [walked.length],
        ),
      );
    }
    const { ids: stayed } = await read(secret, 'limit=200&sort=createdAt');
    const expected = ids.filter((id) => stayed.includes(id));
    expect(expected.length).toBeGreaterThan(20);
    expect(walked.filter((id) => expected.includes(id))).toEqual(expected);
    expect(new Set(walked).size).toBe(walked.length);
  });

  it('counts when it is asked to, under the same filters', async () => {
    const workspace = await aWorkspace();
    await someContacts(workspace, 5);
    await aContact(workspace, { created_at: '2020-01-01T00:00:00Z' });
    const { secret } = await aToken({ workspace });
    for (const [filter, total] of [
      ['', 6],
      ['&createdFrom=2021-01-01T00:00:00Z', 5],
    ] as const) {
      const { pagination } = await read(secret, `limit=2${filter}`);
      const next = await read(secret, `limit=2${filter}&cursor=${pagination.nextCursor}&total=true`);
      expect(next.pagination).toMatchObject({ limit: 2, total, hasMore: true });
      expect(next.pagination).not.toHaveProperty('page');
    }
  });

  it('is not combined with pages', async () => {
    const workspace = await aWorkspace();
    await someContacts(workspace, 2);
    const { secret } = await aToken({ workspace });
    const { pagination } = await read(secret, 'limit=1');
    const answer = await api.call(`/api/v1/contacts?page=1&cursor=${pagination.nextCursor}`, { token: secret });
    expect(answer.status).toBe(400);
    expect(answer.error.details).toMatchObject([{ path: 'cursor' }]);
  });

  it('refuses a cursor of another workspace, its sandbox, another list, filter or order, and an altered one', async () => {
    const [workspace, other] = [await aWorkspace(), await aWorkspace()];
    await Promise.all([someContacts(workspace, 3), someContacts(other, 3), someBookings(workspace, 3)]);
    const { secret } = await aToken({ workspace });
    const filter = 'createdFrom=2020-01-01T00:00:00Z';
    const { pagination } = await read(secret, `limit=1&${filter}`);
    const cursor = String(pagination.nextCursor);
    expect((await read(secret, `cursor=${cursor}&${filter}`)).ids).toHaveLength(2);
    const foreign = (await aToken({ workspace: other })).secret;
    const sandboxed = (await aToken({ workspace, mode: 'test' })).secret;
    for (const [path, token] of [
      [`contacts?${filter}&cursor=${cursor}`, foreign],
      [`contacts?${filter}&cursor=${cursor}`, sandboxed],
      [`contacts?cursor=${cursor}`, secret],
      [`contacts?${filter}&sort=createdAt&cursor=${cursor}`, secret],
      [`contacts?createdFrom=2020-01-01T00:00:01Z&cursor=${cursor}`, secret],
      [`bookings?from=2020-01-01T00:00:00Z&cursor=${cursor}`, secret],
      [`contacts?${filter}&cursor=${cursor}A`, secret],
      [`contacts?${filter}&cursor=${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`, secret],
      [`contacts?${filter}&cursor=${cursor.slice(0, -4)}`, secret],
    ] as const) {
      const answer = await api.call(`/api/v1/${path}`, { token });
      expect(answer.status, path).toBe(400);
      expect(answer.error.details, path).toMatchObject([{ path: 'cursor' }]);
    }
  });
});

describe('links', () => {
  it('lead through the pages with everything else as the caller wrote it', async () => {
    const workspace = await aWorkspace();
    const ids = await someContacts(workspace, 5);
    const { secret } = await aToken({ workspace });
    const query = 'createdFrom=2020-01-01T05%3A30%3A00%2B05:30&limit=2&sort=-createdAt';
    const first = await read(secret, query);
    expect(Object.keys(first.links)).toEqual(['first', 'next', 'last']);
    expect(first.links['next']?.startsWith(`${api.process.baseUrl}/api/v1/contacts?`)).toBe(true);
    expect(Object.fromEntries(new URL(first.links['next'] ?? '').searchParams)).toEqual({
      ...{ createdFrom: '2020-01-01T05:30:00+05:30', limit: '2', sort: '-createdAt', page: '2' },
    });

    const next = await api.call(pathOf(first.links['next']), { token: secret });
    const second = { ids: contactsData.parse(next.data).contacts.map(({ id }) => id), links: linksOf(next) };
    expect(second.ids).toEqual(ids.slice(2, 4));
    expect(Object.keys(second.links)).toEqual(['first', 'prev', 'next', 'last']);
    expect(second.links['last']).toContain('page=3');
    const last = await api.call(pathOf(second.links['last']), { token: secret });
    expect(Object.keys(linksOf(last))).toEqual(['first', 'prev', 'last']);
    expect(pathOf(linksOf(last)['prev'])).toBe(pathOf(first.links['next']));
  });

  it('lead back from beyond the end, and stay at the one page of an empty list', async () => {
    const workspace = await aWorkspace();
    await someContacts(workspace, 3);
    const { secret } = await aToken({ workspace });
    const beyond = await read(secret, 'page=41&limit=2');
    expect(Object.keys(beyond.links)).toEqual(['first', 'prev', 'last']);
    expect(beyond.links['prev']).toContain('page=2');
    const empty = await read((await aToken()).secret, '');
    expect(Object.keys(empty.links)).toEqual(['first', 'last']);
  });

  it('go on by cursor in a walk by cursor', async () => {
    const workspace = await aWorkspace();
    const ids = await someContacts(workspace, 5);
    const { secret } = await aToken({ workspace });
    const { pagination } = await read(secret, 'limit=2&sort=-createdAt');
    const second = await read(secret, `limit=2&sort=-createdAt&cursor=${pagination.nextCursor}`);
    expect(Object.keys(second.links)).toEqual(['first', 'next']);
    const third = await api.call(pathOf(second.links['next']), { token: secret });
    expect(contactsData.parse(third.data).contacts.map(({ id }) => id)).toEqual(ids.slice(4));
    expect(Object.keys(linksOf(third))).toEqual(['first']);
    const first = await api.call(pathOf(linksOf(third)['first']), { token: secret });
    expect(contactsData.parse(first.data).pagination).toEqual(pagination);
  });

  it('name the host that the caller named, and none that could not stand in them', async () => {
    const { secret } = await aToken();
    const from = async (headers: Record<string, string>) =>
      linksOf(await api.call('/api/v1/contacts', { token: secret, headers }))['first'];
    expect(await from({ Host: 'api.example.com:8443' })).toBe('http://api.example.com:8443/api/v1/contacts?page=1');
    expect(await from({ 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'api.example.com' })).toBe(
      'https://api.example.com/api/v1/contacts?page=1',
    );
    for (const host of ['evil.example>; rel="next"', 'a b', 'a@b', 'a/b'])
      expect(await from({ Host: host })).toBe('/api/v1/contacts?page=1');
  });
});

describe('links of a server without trusted proxies', () => {
  const direct = useApi({ env: { TRUSTED_PROXIES: '' } });

  it('do not follow forwarded headers', async () => {
    const { secret } = await aToken();
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'evil.example' };
    const answer = await direct.call('/api/v1/contacts', { token: secret, headers });
    expect(linksOf(answer)['first']).toBe(`${direct.process.baseUrl}/api/v1/contacts?page=1`);
  });
});
