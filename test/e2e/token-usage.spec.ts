import { tokenUsageData, type TokenUsageReport } from '@calkeep/contract';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startApi } from '../support/api-process.js';
import { arrange, aToken, aWorkspace, type TestToken } from '../support/builders.js';
import { callerOf } from '../support/client.js';
import { aMember, type Console } from '../support/console.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

const pathOf = ({ id, workspace }: TestToken, query = '') =>
  `/app/workspaces/${workspace.id}/api-tokens/${id}/usage${query}`;

async function anAdmin(workspace = undefined as TestToken['workspace'] | undefined): Promise<Console> {
  return api.console().enter(await aMember({ role: 'admin', ...(workspace && { workspace }) }));
}

async function usageOf(token: TestToken, console: Console, query = ''): Promise<TokenUsageReport> {
  const answer = await console.get(pathOf(token, query));
  expect(answer.status).toBe(200);
  return tokenUsageData.parse(answer.data).usage;
}

/** As the worker leaves them. */
async function counted(token: TestToken, hour: string, succeeded: number): Promise<void> {
  await arrange(token.workspace.uuid, (client) =>
    client.query(`insert into api_token_usage (workspace_id, token_id, hour, succeeded) values ($1, $2, $3, $4)`, [
      ...[token.workspace.uuid, token.uuid, hour, succeeded],
    ]),
  );
}

const backends = [
  { name: 'PostgreSQL', options: { redisUrl: 'none' } },
  { name: 'Redis where there is one', options: {} },
];

describe('the usage of a token', () => {
  it.each(backends)('counts every request by how it was answered, with the queue in $name', async ({ options }) => {
    const process = await startApi({ ...options, env: { USAGE_FLUSH_SECONDS: '1' } });
    onTestFinished(async () => void (await process.stop()));
    const token = await aToken({ scopes: ['contacts:read'], quota: { requests: 9, windowSeconds: 3_600 } });
    const other = await aToken({ workspace: token.workspace });
    const call = callerOf(process.baseUrl, { token: token.secret });

    for (let count = 0; count < 4; count++) await call('/api/v1/contacts');
    for (let count = 0; count < 3; count++) await call('/api/v1/contacts/nobody');
    for (let count = 0; count < 2; count++) await call('/api/v1/bookings');
    for (let count = 0; count < 5; count++) expect((await call('/api/v1/contacts')).status).toBe(429);
    await callerOf(process.baseUrl, { token: other.secret })('/api/v1/me');

    const console = await anAdmin(token.workspace);
    const expected = { requests: 14, succeeded: 4, clientErrors: 10, serverErrors: 0, rateLimited: 5 };
    const patience = { timeout: 20_000, interval: 200 };
    await vi.waitFor(async () => expect((await usageOf(token, console)).totals).toEqual(expected), patience);
    expect((await usageOf(token, console, '?interval=day')).totals).toEqual(expected);
    expect((await usageOf(other, console)).totals).toMatchObject({ requests: 1, succeeded: 1 });
  });

  it('has a bucket for each interval, empty or not, from the one in which `from` lies up to `to`', async () => {
    const token = await aToken();
    await counted(token, '2026-03-01T10:00:00Z', 5);
    await counted(token, '2026-03-01T12:00:00Z', 7);
    await counted(token, '2026-03-02T00:00:00Z', 11);
    const console = await anAdmin(token.workspace);

    const hours = await usageOf(token, console, '?from=2026-03-01T10:30:00Z&to=2026-03-01T13:00:00Z');
    const days = await usageOf(token, console, '?interval=day&from=2026-03-01T23:00:00Z&to=2026-03-02T00:00:00.001Z');

    expect(hours).toMatchObject({ from: '2026-03-01T10:00:00.000Z', to: '2026-03-01T13:00:00.000Z' });
    expect(hours.buckets.map(({ at, requests }) => [at.slice(11, 13), requests])).toEqual([
      ['10', 5],
      ['11', 0],
      ['12', 7],
    ]);
    expect(hours.totals.requests).toBe(12);
    expect(days.buckets.map(({ at, requests }) => [at, requests])).toEqual([
      ['2026-03-01T00:00:00.000Z', 12],
      ['2026-03-02T00:00:00.000Z', 11],
    ]);
  });

  it('is of the past 24 hours or 30 days, the running one included, unless somebody says otherwise', async () => {
    const token = await aToken();
    const console = await anAdmin(token.workspace);

    const [hours, days] = [await usageOf(token, console), await usageOf(token, console, '?interval=day')];

    expect([hours.buckets.length, days.buckets.length]).toEqual([24, 30]);
    for (const { from, to, interval } of [hours, days]) {
      expect(Date.parse(to) - Date.now()).toBeGreaterThan(0);
      expect(Date.parse(to) - Date.parse(from)).toBe((interval === 'hour' ? 24 : 30 * 24) * 3_600_000);
    }
  });

  it.each([
    ['an interval that is none', '?interval=minute'],
    ['a bound that is no time', '?from=yesterday'],
    ['an end before the beginning', '?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z'],
    ['an empty span', '?from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z'],
    ['more hours than a month has', '?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z'],
    ['more days than thirteen months have', '?interval=day&from=2020-01-01T00:00:00Z'],
    ['what it does not know', '?tokenId=x'],
  ])('refuses %s', async (_what, query) => {
    const token = await aToken();
    const answer = await (await anAdmin(token.workspace)).get(pathOf(token, query));
    expect([answer.status, answer.error.code]).toEqual([400, 'invalid_request']);
  });

  it('of another workspace’s token is not there', async () => {
    const [ours, theirs] = [await aToken(), await aToken({ workspace: await aWorkspace() })];
    const console = await anAdmin(ours.workspace);
    const answer = await console.get(pathOf({ ...theirs, workspace: ours.workspace }));
    expect([answer.status, answer.error.code]).toEqual([404, 'not_found']);
  });
});
