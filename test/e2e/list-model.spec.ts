import {
  contactsData,
  contactSorts,
  tasksData,
  taskSorts,
  taskStatuses,
  type Contact,
  type Task,
} from '@calkeep/contract';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { arrange, aToken, aWorkspace, type TestWorkspace } from '../support/builders.js';
import { useApi } from '../support/use-api.js';

// Lists compared with what a plain reading of the contract gives for the same rows in memory.

const api = useApi();
const rowsEach = 60;

/** Few values, so that filters and ties hit. */
const firstNames = ['Ada', 'ada', 'Ánna', 'ANNA', 'Straße', 'Çelik', null];
const lastNames = ['Smith', 'smythe', 'Öz', 'ᾌda', 'de la Cruz', null, '%_\\'];
const companies = ['Cedar Labs', 'cedar', 'ANNA & Co', null, null];
const tagSets = [[], ['vip'], ['vip', 'Lead'], ['lead'], ["it's"]];
const days = Array.from({ length: 7 }, (_, day) => `2026-03-0${day + 1}T00:00:00.000Z`);
const searches = [
  'a',
  'A',
  'an',
  'ánna',
  'ÁNNA s',
  'a\u0301nna',
  'strasse',
  'STRASSE',
  'sm',
  'cedar',
  'cedar l',
  'labs',
  'c',
  '%',
  '_',
  '\\',
  "'",
  'x7@',
  'X',
  '  ada  ',
  'ada smith',
  'öz',
  'ᾄ',
];

type Query = Record<string, string | number | undefined>;

/** One comparison: pages under a query, and a walk by cursor under the same, each against the model. */
async function expectAsInModel<Row extends { id: string }>(
  list: { path: string; token: string; read: (data: unknown) => { rows: Row[]; pagination: object } },
  expected: readonly Row[],
  query: Query,
  { limit, page }: { limit: number; page: number },
): Promise<void> {
  const get = async (extra: Query) => {
    const given = Object.entries({ ...query, ...extra }).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
    const answer = await api.call(`${list.path}?${search.toString()}`, { token: list.token });
    expect(answer.status, answer.text).toBe(200);
    return list.read(answer.data);
  };
  const ids = (rows: readonly Row[]) => rows.map(({ id }) => id);
  const totalPages = Math.ceil(expected.length / limit);
  const found = await get({ limit, page });
  expect(ids(found.rows)).toEqual(ids(expected.slice((page - 1) * limit, page * limit)));
  expect(found.pagination).toMatchObject({
    page,
    limit,
    total: expected.length,
    totalPages,
    hasMore: page < totalPages,
  });

  const walked: Row[] = [];
  for (let cursor: string | undefined; ;) {
    const step = await get(cursor === undefined ? { limit } : { limit, cursor, total: 'true' });
    walked.push(...step.rows);
    expect(step.pagination).toMatchObject({ total: expected.length });
    const { nextCursor } = step.pagination as { nextCursor: string | null };
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  expect(ids(walked)).toEqual(ids(expected));
}

/** In the order of code points, as PostgreSQL's "C" has it in UTF-8. */
function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function inOrder<Row extends { id: string }>(
  rows: Row[],
  sort: string,
  key: (row: Row, field: string) => string,
): Row[] {
  const field = sort.replace('-', '');
  const sorted = rows.toSorted((a, b) => compare(key(a, field), key(b, field)) || compare(a.id, b.id));
  return sort.startsWith('-') ? sorted.reverse() : sorted;
}

/** Unicode's full case folding, as far as these names need it. */
function folded(text: string | null): string {
  return (text ?? '').trim().normalize('NFC').toUpperCase().toLowerCase().replaceAll('ß', 'ss');
}

const walks = { limit: fc.integer({ min: 1, max: 25 }), page: fc.integer({ min: 1, max: 8 }) };
const optionally = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });

describe('a list of contacts', () => {
  let workspace: TestWorkspace;
  let token: string;
  let model: Contact[];

  beforeAll(async () => {
    workspace = await aWorkspace();
    const pick = <T>(values: readonly T[], by: number) => values[by % values.length];
    await arrange(workspace.uuid, async (client) => {
      for (let row = 0; row < rowsEach; row++)
        await client.query(
          `insert into contacts (workspace_id, id, first_name, last_name, company, tags, email, created_at, updated_at)
           values ($1, gen_random_uuid(), $2, $3, $4, $5, $6, $7, $8)`,
          [
            ...[workspace.uuid, pick(firstNames, row), pick(lastNames, row * 3 + (row >> 3)), pick(companies, row * 7)],
            ...[pick(tagSets, row + (row >> 2)), row % 4 === 0 ? null : `X${row}@Example.com`],
            ...[pick(days, row * 5), pick(days, row * 2 + (row >> 1))],
          ],
        );
    });
    token = (await aToken({ workspace })).secret;
    const all = await api.call('/api/v1/contacts?limit=200', { token });
    model = contactsData.parse(all.data).contacts;
    expect(model).toHaveLength(rowsEach);
  });

  const keyOf = (row: Contact, field: string): string =>
    field === 'lastName' || field === 'company'
      ? folded(row[field])
      : field === 'updatedAt'
        ? row.updatedAt
        : row.createdAt;

  const matches = (row: Contact, query: Record<string, string | undefined>) => {
    const { email, q, tag, updatedSince, createdFrom, createdTo } = query;
    const names = [`${row.firstName ?? ''} ${row.lastName ?? ''}`, row.lastName, row.company, row.email];
    return (
      (email === undefined || folded(row.email) === folded(email)) &&
      (q === undefined || names.some((name) => folded(name).startsWith(folded(q)))) &&
      (tag === undefined || row.tags.includes(tag)) &&
      (updatedSince === undefined || row.updatedAt >= updatedSince) &&
      (createdFrom === undefined || row.createdAt >= createdFrom) &&
      (createdTo === undefined || row.createdAt < createdTo)
    );
  };

  it('is what a model gives, under any filters, order, page and cursor', async () => {
    const queries = fc.record({
      email: fc.option(fc.constantFrom('x7@example.com', ' X9@EXAMPLE.COM', 'nobody@example.com'), {
        nil: undefined,
        freq: 9,
      }),
      q: optionally(fc.constantFrom(...searches)),
      tag: optionally(fc.constantFrom('vip', 'lead', 'Lead', "it's", 'none')),
      updatedSince: optionally(fc.constantFrom(...days)),
      createdFrom: optionally(fc.constantFrom(...days)),
      createdTo: optionally(fc.constantFrom(...days)),
      sort: optionally(fc.constantFrom(...contactSorts)),
    });
    await fc.assert(
      fc.asyncProperty(queries, fc.record(walks), async (query, walk) => {
        const { sort = '-createdAt', ...filter } = query;
        const expected = inOrder(
          model.filter((row) => matches(row, filter)),
          sort,
          keyOf,
        );
        const read = (data: unknown) => {
          const { contacts: rows, pagination } = contactsData.parse(data);
          return { rows, pagination };
        };
        await expectAsInModel({ path: '/api/v1/contacts', token, read }, expected, query, walk);
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  it.each(searches)('finds by %j what begins with it', async (q) => {
    const expected = inOrder(
      model.filter((row) => matches(row, { q })),
      '-createdAt',
      keyOf,
    );
    const answer = await api.call(`/api/v1/contacts?limit=200&q=${encodeURIComponent(q)}`, { token });
    expect(contactsData.parse(answer.data).contacts).toEqual(expected);
  });
});

describe('a list of tasks', () => {
  it('is what a model gives, under any filters, order, page and cursor', async () => {
    const workspace = await aWorkspace();
    await arrange(workspace.uuid, async (client) => {
      for (let row = 0; row < rowsEach; row++) {
        const status = taskStatuses[row % taskStatuses.length];
        await client.query(
          `insert into tasks (workspace_id, id, title, status, due_at, completed_at, created_at, updated_at)
           values ($1, gen_random_uuid(), 'Write', $2, $3, $4, $5, $6)`,
          [
            ...[workspace.uuid, status, row % 3 === 0 ? null : days[(row * 5) % 7], status === 'done' ? days[0] : null],
            ...[days[(row * 2) % 7], days[(row * 3) % 7]],
          ],
        );
      }
    });
    const token = (await aToken({ workspace })).secret;
    const read = (data: unknown) => {
      const { tasks: rows, pagination } = tasksData.parse(data);
      return { rows, pagination };
    };
    const model = read((await api.call('/api/v1/tasks?limit=200', { token })).data).rows;
    const keyOf = (row: Task, field: string): string =>
      field === 'dueAt' ? (row.dueAt ?? '9') : field === 'updatedAt' ? row.updatedAt : row.createdAt;
    const queries = fc.record({
      status: optionally(fc.constantFrom(...taskStatuses)),
      dueBefore: optionally(fc.constantFrom(...days)),
      sort: optionally(fc.constantFrom(...taskSorts)),
    });
    await fc.assert(
      fc.asyncProperty(queries, fc.record(walks), async (query, walk) => {
        const { status, dueBefore, sort = '-createdAt' } = query;
        const matching = model.filter(
          (row) =>
            (status === undefined || row.status === status) &&
            (dueBefore === undefined || (row.dueAt !== null && row.dueAt < dueBefore)),
        );
        await expectAsInModel({ path: '/api/v1/tasks', token, read }, inOrder(matching, sort, keyOf), query, walk);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
