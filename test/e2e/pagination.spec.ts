import { contactsData, describePage, pagination as pagedSchema, toPublicId } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  aBooking,
  aContact,
  arrange,
  aToken,
  aWorkspace,
  someBookings,
  someContacts,
  type TestToken,
} from '../support/builders.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const paginationSchema = pagedSchema.extend({ nextCursor: z.string().nullable() });
const rows = z.array(z.looseObject({ id: z.string() }));

describe.each([
  ['contacts', someContacts, aContact],
  ['bookings', someBookings, aBooking],
] as const)('pages of %s', (resource, someRows, aRow) => {
  const pageOf = async (token: TestToken, query: string) => {
    const { status, data } = await api.call(`/api/v1/${resource}${query}`, { token: token.secret });
    const ids = rows.parse(data[resource]).map(({ id }) => id);
    return { status, ids, pagination: paginationSchema.parse(data['pagination']) };
  };

  it('walk every row once, newest first', async () => {
    const workspace = await aWorkspace();
    const [ids, token] = [await someRows(workspace, 23), await aToken({ workspace })];
    for (const limit of [1, 7, 23, 200]) {
      const walked: string[] = [];
      for (let page = 1, hasMore = true; hasMore; page++) {
        const { ids: found, pagination } = await pageOf(token, `?page=${page}&limit=${limit}`);
        expect(pagination).toMatchObject(describePage({ page, limit }, 23));
        expect(pagination.nextCursor === null).toBe(!pagination.hasMore);
        walked.push(...found);
        hasMore = pagination.hasMore;
      }
      expect(walked).toEqual(ids);
    }
  });

  it('hold 50 rows unless the caller says otherwise, and 200 at most', async () => {
    const workspace = await aWorkspace();
    const [ids, token] = [await someRows(workspace, 210), await aToken({ workspace })];
    const expected = { total: 210, page: 1, hasMore: true };
    const [first, largest] = [await pageOf(token, ''), await pageOf(token, '?limit=200')];
    expect(first).toMatchObject({ ids: ids.slice(0, 50), pagination: { ...expected, limit: 50, totalPages: 5 } });
    expect(largest).toMatchObject({ ids: ids.slice(0, 200), pagination: { ...expected, limit: 200, totalPages: 2 } });
  });

  it('past the end are empty and tell the true total', async () => {
    const workspace = await aWorkspace();
    await someRows(workspace, 3);
    const token = await aToken({ workspace });
    for (const page of [2, 41, 1_000, 100_000_000])
      expect(await pageOf(token, `?page=${page}`)).toMatchObject({
        status: 200,
        ids: [],
        pagination: { page, total: 3, totalPages: 1, hasMore: false },
      });
    const empty = await aToken();
    expect(await pageOf(empty, '')).toEqual({
      status: 200,
      ids: [],
      pagination: { page: 1, limit: 50, total: 0, totalPages: 0, hasMore: false, nextCursor: null },
    });
  });

  it('keep rows of one instant in one order, by id, on every page', async () => {
    const workspace = await aWorkspace();
    const at = '2026-01-01T00:00:00.000Z';
    const ids: string[] = [];
    for (let count = 0; count < 12; count++) ids.push(await aRow(workspace, { created_at: at }));
    ids.push(await aRow(workspace, { created_at: '2025-12-31T23:59:59.999Z' }));
    ids.unshift(await aRow(workspace, { created_at: '2026-01-01T00:00:00.001Z' }));
    const expected = [ids[0], ...ids.slice(1, 13).sort().reverse(), ids[13]];
    const token = await aToken({ workspace });
    for (const limit of [1, 5, 14]) {
      const pages = await Promise.all(
        Array.from({ length: Math.ceil(14 / limit) }, (_, index) => pageOf(token, `?limit=${limit}&page=${index + 1}`)),
      );
      expect(pages.flatMap((page) => page.ids)).toEqual(expected);
    }
  });

  it('far in agree with those near the start, by the statement for either, and from either end', async () => {
    const workspace = await aWorkspace();
    // Three rows in each instant: the order across the statements' borders depends on the ids too.
    const ids = await someRowsOfFewInstants(resource, workspace, 4_150);
    const token = await aToken({ workspace });
    for (const [page, limit] of [
      ...[
        [10, 200],
        [11, 200],
        [12, 200],
        [20, 200],
        [21, 200],
        [22, 200],
      ],
      ...[
        [21, 100],
        [41, 100],
        [42, 100],
        [83, 50],
        [84, 50],
        [2_001, 1],
        [2_076, 1],
        [2_077, 1],
        [4_150, 1],
        [4_151, 1],
      ],
    ] as const)
      for (const [sort, ordered] of [
        ['-createdAt', ids],
        ['createdAt', ids.toReversed()],
      ] as const) {
        const found = await pageOf(token, `?limit=${limit}&page=${page}&sort=${sort}`);
        expect(found.ids, `${page} of ${limit}`).toEqual(ordered.slice((page - 1) * limit, page * limit));
        expect(found.pagination).toMatchObject(describePage({ page, limit }, 4_150));
        expect(found.pagination.nextCursor === null).toBe(!found.pagination.hasMore);
      }
    const alone = await api.call(`/api/v1/${resource}?limit=1&page=2001`, { token: token.secret });
    const near = await api.call(`/api/v1/${resource}/${ids[2_000]}`, { token: token.secret });
    expect(alone.data[resource]).toEqual(Object.values(near.data));
  });

  it('tell the exact total after every insert and delete', async () => {
    const workspace = await aWorkspace();
    const token = await aToken({ workspace });
    const totals: number[] = [];
    const count = async () => totals.push((await pageOf(token, '?limit=1')).pagination.total);
    await someRows(workspace, 5);
    await count();
    await aRow(workspace, {});
    await count();
    await arrange(workspace.uuid, (client) =>
      client.query(`delete from ${resource} where id in (select id from ${resource} limit 4)`),
    );
    await count();
    await arrange(workspace.uuid, (client) => client.query(`delete from ${resource}`));
    await count();
    expect(totals).toEqual([5, 6, 2, 0]);
  });
});

describe('a query for a page', () => {
  const numbers = [
    '0',
    '-1',
    '1.5',
    '1.0',
    'NaN',
    '1e3',
    '0x10',
    '',
    '%20',
    '%201',
    '1%20',
    '+1',
    '10abc',
    '1000000000',
    '01',
    '٣',
    '１',
    'null',
    '[]',
    '1,2',
    'Infinity',
    '9223372036854775808',
    "1'--",
    '%F0%9F%98%80',
  ];

  it.each(numbers.flatMap((value) => [['page', value] as const, ['limit', value] as const]))(
    'is refused with %s=%s, which it names',
    async (name, value) => {
      await expectRefused(`?${name}=${value}`, name);
    },
  );

  it.each([
    ['limit=201', 'limit'],
    ['page=100000001', 'page'],
    ['page=1&page=2', 'page'],
    ['limit=5&limit=5', 'limit'],
    ['page[]=1', 'page[]'],
    ['page[a]=1', 'page[a]'],
    ['limit.x=1', 'limit.x'],
    ['Page=1', 'Page'],
    ['offset=1', 'offset'],
    ['cursor=', 'cursor'],
    ['page', 'page'],
    ['=1', ''],
    ['page=1;limit=2', 'page'],
  ])('is refused with ?%s, which it names', async (query, name) => {
    await expectRefused(`?${query}`, name);
  });

  it('names everything that is wrong, twenty things at most', async () => {
    const { secret } = await aToken();
    const answer = await api.call(
      `/api/v1/contacts?page=0&limit=0&${Array.from({ length: 100 }, (_, index) => `p${index}=1`).join('&')}`,
      { token: secret },
    );
    expect(answer.error.details).toHaveLength(20);
    expect(answer.error.details).toMatchObject([
      { path: 'page' },
      { path: 'limit' },
      { path: 'p0' },
      ...Array(17).fill({}),
    ]);
  });

  it('may spell its characters in percent-encoding', async () => {
    const { secret } = await aToken();
    const { data } = await api.call('/api/v1/contacts?%70age=%32&limit=%35', { token: secret });
    expect(contactsData.parse(data).pagination).toMatchObject({ page: 2, limit: 5 });
  });

  async function expectRefused(query: string, name: string): Promise<void> {
    const { secret } = await aToken();
    const answer = await api.call(`/api/v1/contacts${query}`, { token: secret });
    expect(answer.status).toBe(400);
    expect(answer.error.code).toBe('invalid_request');
    expect(answer.error.details).toMatchObject([{ path: name }]);
  }
});

async function someRowsOfFewInstants(
  resource: 'contacts' | 'bookings',
  workspace: { uuid: string },
  count: number,
): Promise<string[]> {
  const [names, values] =
    resource === 'contacts'
      ? ['first_name', `'A'`]
      : ['title, start_at, end_at', `'A', now(), now() + interval '1 hour'`];
  return arrange(workspace.uuid, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `with made as (
         insert into ${resource} (workspace_id, id, ${names}, created_at)
         select $1, gen_random_uuid(), ${values}, '2026-01-01T00:00:00Z'::timestamptz - (n / 3) * interval '1 second'
         from generate_series(1, $2::int) n returning id, created_at)
       select id from made order by created_at desc, id desc`,
      [workspace.uuid, count],
    );
    return rows.map(({ id }) => toPublicId(resource === 'contacts' ? 'contact' : 'booking', id));
  });
}
