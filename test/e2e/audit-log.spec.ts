import { auditActions, newId, type AuditAction } from '@calkeep/contract';
import { verifyChain } from '@calkeep/security';
import { describe, expect, it } from 'vitest';
import type { AuditEventOptions } from '../support/audit-events.js';
import { ago, aReadLog, auditPathOf, eventsApart, readLog } from '../support/read-log.js';
import { eventsOf } from '../support/tampered-log.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const dayMs = 24 * 3_600_000;

describe('an event', () => {
  it('is told with everything that was written of it, and as it was hashed', async () => {
    const tokenId = newId('apiToken');
    const written: AuditEventOptions[] = [
      {
        ...{
          action: 'API_TOKEN_ISSUED',
          target: { type: 'api_token', id: tokenId },
          at: new Date('2026-11-01T01:02:03.004Z'),
        },
        actor: {
          type: 'user',
          name: 'Zoë "Z" <b>\u2028',
          ip: '2001:db8::1',
          userAgent: 'a\\b',
          clientRequestId: 'mine:1',
        },
        payload: {
          scopes: ['contacts:read'],
          mfa: { method: 'totp', ageSeconds: 3 },
          text: '\u0001"é😀',
          n: 1.5,
          none: null,
        },
      },
      { actor: { type: 'system', id: null, name: null, ip: null, userAgent: null, requestId: null }, payload: {} },
    ];
    const { workspace, reader } = await aReadLog(api, written);

    const { events } = await readLog(reader, workspace, { sort: 'seq' });

    expect(events[0]).toMatchObject({
      ...{ seq: 1, action: 'API_TOKEN_ISSUED', target: written[0]?.target, payload: written[0]?.payload },
      ...{ createdAt: '2026-11-01T01:02:03.004Z', ip: '2001:db8::1', userAgent: 'a\\b', clientRequestId: 'mine:1' },
      actor: { type: 'user', name: 'Zoë "Z" <b>\u2028' },
    });
    expect(events[1]).toMatchObject({
      seq: 2,
      actor: { type: 'system', id: null, name: null },
      ip: null,
      requestId: null,
    });
    const chain = await eventsOf(reader, workspace);
    expect(await verifyChain(chain, { workspaceId: workspace.id })).toMatchObject({ valid: true, entries: 2 });
  });

  it('is in the log of its own workspace and in no other, nor counted there', async () => {
    const [ours, theirs] = [await aReadLog(api, eventsApart(2)), await aReadLog(api, eventsApart(3))];
    const { events, pagination } = await readLog(ours.reader, ours.workspace);
    expect(events).toHaveLength(2);
    expect(pagination.total).toBe(2);
    const { events: foreign } = await readLog(theirs.reader, theirs.workspace);
    for (const { id } of foreign) expect(events.map((event) => event.id)).not.toContain(id);
    const nothing = await readLog(ours.reader, ours.workspace, { targetId: theirs.workspace.id });
    expect(nothing.pagination.total).toBe(0);
  });
});

describe('the list', () => {
  it('is empty where nothing was ever written', async () => {
    const { workspace, reader } = await aReadLog(api);
    expect(await readLog(reader, workspace)).toEqual({
      ...{ events: [], seqs: [] },
      pagination: { page: 1, limit: 50, total: 0, totalPages: 0, hasMore: false, nextCursor: null },
    });
  });

  it.each([
    [undefined, [5, 4, 3, 2, 1]],
    ['-seq', [5, 4, 3, 2, 1]],
    ['seq', [1, 2, 3, 4, 5]],
    // 2 and 3 are of one instant; 4 was written late.
    ['createdAt', [1, 4, 2, 3, 5]],
    ['-createdAt', [5, 3, 2, 4, 1]],
  ])('has one order, ties and all, with sort %s', async (sort, expected) => {
    const [first, second, third, last] = [ago(9_000), ago(7_000), ago(5_000), ago(1_000)];
    const times = [first, third, third, second, last];
    const { workspace, reader } = await aReadLog(
      api,
      times.map((at) => ({ at })),
    );
    const given = sort === undefined ? {} : { sort };
    expect((await readLog(reader, workspace, given)).seqs).toEqual(expected);
    const byOne = await Promise.all(
      expected.map((_, index) => readLog(reader, workspace, { ...given, limit: 1, page: index + 1 })),
    );
    expect(byOne.flatMap(({ seqs }) => seqs)).toEqual(expected);
  });

  it('may be narrowed by action, actor, target and time, alone and together, with the exact total', async () => {
    const [ada, tokenId, start] = [newId('user'), newId('apiToken'), ago(60_000).getTime()];
    const at = (second: number) => new Date(start + second * 1_000);
    const { workspace, reader } = await aReadLog(api, [
      { action: 'API_TOKEN_ISSUED', actor: { id: ada }, target: { type: 'api_token', id: tokenId }, at: at(1) },
      {
        action: 'API_TOKEN_USED',
        actor: { type: 'token', id: tokenId },
        target: { type: 'api_token', id: tokenId },
        at: at(2),
      },
      { action: 'API_TOKEN_REVOKED', actor: { id: ada }, target: { type: 'api_token', id: tokenId }, at: at(3) },
      {
        action: 'API_TOKEN_ISSUED',
        actor: { id: ada },
        target: { type: 'api_token', id: newId('apiToken') },
        at: at(4),
      },
      { action: 'API_TOKEN_ISSUED', at: at(5) },
    ]);
    const found: [Record<string, string>, number[]][] = [
      [{ action: 'API_TOKEN_ISSUED' }, [5, 4, 1]],
      [{ action: 'PLAN_CHANGED' }, []],
      [{ actorId: ada }, [4, 3, 1]],
      [{ actorId: tokenId }, [2]],
      [{ targetId: tokenId }, [3, 2, 1]],
      [{ actorId: newId('workspace') }, []],
      [{ from: at(3).toISOString() }, [5, 4, 3]],
      [{ to: at(3).toISOString() }, [2, 1]],
      [{ from: at(2).toISOString(), to: at(4).toISOString() }, [3, 2]],
      [{ from: at(4).toISOString(), to: at(2).toISOString() }, []],
      [
        {
          action: 'API_TOKEN_ISSUED',
          actorId: ada,
          targetId: tokenId,
          from: at(1).toISOString(),
          to: at(2).toISOString(),
        },
        [1],
      ],
    ];
    for (const [query, seqs] of found) {
      for (const sort of ['-seq', '-createdAt']) {
        const page = await readLog(reader, workspace, { ...query, sort });
        expect(page.seqs, JSON.stringify(query)).toEqual(seqs);
        expect(page.pagination.total).toBe(seqs.length);
        const one = await readLog(reader, workspace, { ...query, sort, limit: 1 });
        expect(one.pagination.total).toBe(seqs.length);
      }
    }
  });

  it('takes bounds in any offset, finer than a millisecond, and of any year', async () => {
    const { workspace, reader } = await aReadLog(api, [{ at: new Date('2026-11-01T12:00:00.005Z') }]);
    const total = async (query: Record<string, string>) => (await readLog(reader, workspace, query)).pagination.total;
    expect(await total({ from: '2026-11-01T13:00:00.005+01:00' })).toBe(1);
    expect(await total({ from: '2026-11-01T12:00:00.0050001Z' })).toBe(0);
    expect(await total({ to: '2026-11-01T12:00:00.0050001Z' })).toBe(1);
    expect(await total({ to: '2026-11-01T12:00:00.0050000Z' })).toBe(0);
    expect(await total({ from: '0000-01-01T00:00:00Z', to: '9999-12-31T23:59:59-23:59' })).toBe(1);
    expect(await total({ from: '9999-12-31T23:59:59-23:59' })).toBe(0);
    expect(await total({ to: '0000-01-01T00:00:00+23:59' })).toBe(0);
  });

  it('knows every action that the log tells of', async () => {
    const { workspace, reader } = await aReadLog(
      api,
      auditActions.map((action) => ({ action })),
    );
    const one = async (action: AuditAction) =>
      (await readLog(reader, workspace, { action })).events.map((event) => event.action);
    for (const action of auditActions) expect(await one(action)).toEqual([action]);
  });

  it.each([
    ['action', ['API_TOKEN', 'api_token_issued', '', '%', "' or 1=1 --"]],
    [
      'actorId',
      ['x', '', 'usr_', 'usr_01JD3Z6K9QE0G8M1N2P3Q4R5S6', 'abc_01jd3z6k9qe0g8m1n2p3q4r5s6', "usr_1' or '1'='1"],
    ],
    ['targetId', ['tok_81jd3z6k9qe0g8m1n2p3q4r5s6', 'tok_01jd3z6k9qe0g8m1n2p3q4r5s6x', ' ']],
    [
      'from',
      ['2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', '300000-01-01T00:00:00Z', '1e999', 'now', ''],
    ],
    ['to', ['2026-01-01T24:00:00Z', '2026-01-01T00:00Z', '2026-01-01T00:00:00+24:00', "2026-01-01T00:00:00Z'--"]],
    ['sort', ['hash', '-', 'created_at', 'seq,createdAt', '+seq', 'SEQ', 'seq desc', 'r.hash']],
    ['page', ['0', '-1', '1.5', '1e3', '', '100000001']],
    ['limit', ['0', '201', 'ten']],
    ['cursor', ['', 'x', 'é', 'a'.repeat(513), '../../etc/passwd', 'AAAA']],
    ['total', ['yes', '1', '']],
    ['workspaceId', ['ws_01jd3z6k9qe0g8m1n2p3q4r5s6']],
    ['action[]', ['API_TOKEN_ISSUED']],
  ])('refuses a wrong %s, which it names and does not repeat', async (name, values) => {
    const { workspace, reader } = await aReadLog(api);
    for (const value of values) {
      const answer = await reader.get(auditPathOf(workspace, `?${new URLSearchParams({ [name]: value }).toString()}`));
      expect(answer.status, value).toBe(400);
      expect(answer.error.details).toMatchObject([{ path: name }]);
      if (value.length > 6) expect(answer.text).not.toContain(value);
    }
    const twice = await reader.get(auditPathOf(workspace, `?${name}=1&${name}=1`));
    expect(twice.status).toBe(400);
  });
});

describe('what the plan lets people read', () => {
  it('ends at its window, in the list and in the total, and changes with the plan', async () => {
    const events = [31, 29, 0].map((days) => ({ at: ago(days * dayMs) }));
    const { workspace, reader } = await aReadLog(api, events, { plan: 'free' });
    for (const query of [{}, { sort: 'createdAt' }, { from: ago(90 * dayMs).toISOString() }]) {
      const { seqs, pagination } = await readLog(reader, workspace, query);
      expect(seqs.toSorted()).toEqual([2, 3]);
      expect(pagination.total).toBe(2);
    }
    const pro = await aReadLog(api, events, { plan: 'pro' });
    expect((await readLog(pro.reader, pro.workspace)).seqs).toEqual([3, 2, 1]);
  });

  it('says nothing of whether the log is whole: all of it is verified', async () => {
    const events = [400, 31, 0].map((days) => ({ at: ago(days * dayMs) }));
    const { workspace, reader } = await aReadLog(api, events, { plan: 'free' });
    const { data } = await reader.get(auditPathOf(workspace, '/verify'));
    expect(data).toMatchObject({ valid: true, entries: 3 });
  });
});
