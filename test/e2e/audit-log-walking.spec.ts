import { describe, expect, it } from 'vitest';
import { someAuditEvents } from '../support/audit-events.js';
import { ago, aReadLog, auditPathOf, eventsApart, readLog } from '../support/read-log.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

describe('leafing by page', () => {
  it('shows every event once, newest first, and a page past the end empty with the true total', async () => {
    const { workspace, reader } = await aReadLog(api, eventsApart(23));
    const pages = await Promise.all(
      [1, 2, 3, 4, 9, 100_000_000].map((page) => readLog(reader, workspace, { page, limit: 7 })),
    );
    expect(pages.flatMap(({ seqs }) => seqs)).toEqual(Array.from({ length: 23 }, (_, index) => 23 - index));
    expect(pages.map(({ pagination }) => pagination.hasMore)).toEqual([true, true, true, false, false, false]);
    for (const { pagination } of pages) expect(pagination).toMatchObject({ limit: 7, total: 23, totalPages: 4 });
  });

  it('goes on by cursor from any page', async () => {
    const { workspace, reader } = await aReadLog(api, eventsApart(9));
    const { pagination } = await readLog(reader, workspace, { page: 2, limit: 3 });
    const next = await readLog(reader, workspace, { cursor: String(pagination.nextCursor), limit: 3 });
    expect(next.seqs).toEqual([3, 2, 1]);
    expect(next.pagination).toEqual({ limit: 3, hasMore: false, nextCursor: null });
  });
});

describe('walking by cursor', () => {
  it.each(['-seq', 'seq', '-createdAt', 'createdAt'])(
    'sees every event that was there exactly once while others are written, with sort %s',
    async (sort) => {
      // Some share an instant, and all of those written on the way are older than the last of them.
      const events = Array.from({ length: 40 }, (_, index) => ({ at: ago(60_000 - Math.floor(index / 3) * 1_000) }));
      const { workspace, reader } = await aReadLog(api, events);
      const seen: number[] = [];
      let cursor: string | null = null;
      for (let page = 0; page === 0 || cursor !== null; page++) {
        const query: Record<string, string | number> = { sort, limit: 1 + (page % 5) };
        const found = await readLog(reader, workspace, cursor === null ? query : { ...query, cursor });
        seen.push(...found.seqs);
        cursor = found.pagination.nextCursor;
        if (page < 8) await someAuditEvents(workspace, [{ at: ago(60_000) }, { at: ago(50_000) }, {}]);
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((seq) => seq <= 40).toSorted((a, b) => a - b)).toEqual(events.map((_, index) => index + 1));
    },
  );

  it('counts only when asked to', async () => {
    const { workspace, reader } = await aReadLog(api, eventsApart(5));
    const { pagination } = await readLog(reader, workspace, { limit: 2 });
    const cursor = String(pagination.nextCursor);
    expect((await readLog(reader, workspace, { limit: 2, cursor })).pagination).not.toHaveProperty('total');
    expect((await readLog(reader, workspace, { limit: 2, cursor, total: 'true' })).pagination).toMatchObject({
      ...{ total: 5, limit: 2, hasMore: true },
    });
  });

  it('is not combined with pages', async () => {
    const { workspace, reader } = await aReadLog(api, eventsApart(3));
    const { pagination } = await readLog(reader, workspace, { limit: 1 });
    const answer = await reader.get(auditPathOf(workspace, `?page=1&cursor=${pagination.nextCursor}`));
    expect(answer.status).toBe(400);
    expect(answer.error.details).toMatchObject([{ path: 'cursor' }]);
  });

  it('refuses a cursor of another workspace, filter or order', async () => {
    const [ours, theirs] = [await aReadLog(api, eventsApart(3)), await aReadLog(api, eventsApart(3))];
    const from = ago(60_000).toISOString();
    const { pagination } = await readLog(ours.reader, ours.workspace, { limit: 1, from });
    const cursor = String(pagination.nextCursor);
    expect((await readLog(ours.reader, ours.workspace, { cursor, from })).seqs).toEqual([2, 1]);
    for (const { reader, workspace, query } of [
      { ...theirs, query: { from } },
      { ...ours, query: { from, sort: 'seq' } },
      { ...ours, query: { from, sort: '-createdAt' } },
      { ...ours, query: { from, action: 'WORKSPACE_UPDATED' } },
      { ...ours, query: { from: ago(59_000).toISOString() } },
      { ...ours, query: { to: from } },
      { ...ours, query: {} },
    ]) {
      const search = new URLSearchParams({ ...query, cursor }).toString();
      const answer = await reader.get(auditPathOf(workspace, `?${search}`));
      expect(answer.status, search).toBe(400);
      expect(answer.error.details).toMatchObject([{ path: 'cursor' }]);
    }
  });

  it('refuses a cursor with any character changed, added or taken away', async () => {
    const { workspace, reader } = await aReadLog(api, eventsApart(2));
    const { pagination } = await readLog(reader, workspace, { limit: 1 });
    const cursor = String(pagination.nextCursor);
    const changed = Array.from(
      cursor,
      (letter, index) => cursor.slice(0, index) + (letter === 'A' ? 'B' : 'A') + cursor.slice(index + 1),
    );
    for (const altered of [...changed, `${cursor}A`, cursor.slice(1), cursor.slice(0, -1), `${cursor}=`]) {
      const answer = await reader.get(auditPathOf(workspace, `?cursor=${altered}`));
      expect(answer.status, altered).toBe(400);
    }
  });
});
