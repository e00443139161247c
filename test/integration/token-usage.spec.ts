import { Agent } from 'node:http';
import { toPublicId } from '@calkeep/contract';
import { verifyChain, type ChainedAuditEvent } from '@calkeep/security';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ApiTokensService } from '../../apps/api/src/api-tokens/api-tokens.service.js';
import { openApplication } from '../support/api-application.js';
import { startApi } from '../support/api-process.js';
import { aToken, arrange, type TestToken } from '../support/builders.js';
import { callerOf } from '../support/client.js';
import { serviceUrl } from '../support/service-url.js';

const redisUrl = serviceUrl('redisUrl');
const backends = [
  { name: 'PostgreSQL', redisUrl: 'none' },
  ...(redisUrl === null ? [] : [{ name: 'Redis', redisUrl }]),
];

it.each(backends)(
  'records the first use, each new caller, and every use in the totals, on $name',
  async ({ redisUrl }) => {
    const api = await startApi({ redisUrl, env: { USAGE_SAMPLE_RATE: '0.2' } });
    onTestFinished(async () => void (await api.stop()));
    const token = await aToken();
    const call = callerOf(api.baseUrl, { token: token.secret, address: '198.51.100.1' });

    await call('/api/v1/me');
    await call('/api/v1/me', { address: '198.51.100.2' });
    await call('/api/v1/me', { headers: { 'User-Agent': 'another' } });
    for (let count = 0; count < 40; count++) await call('/api/v1/me');
    await call('/api/v1/me', { address: '198.51.100.3' });

    await vi.waitFor(async () => expect(hitsOf(await usesOf(token))).toBe(44), { timeout: 10_000, interval: 100 });
    const uses = await usesOf(token);
    expect(uses.slice(0, 3).map(({ ip, payload }) => [ip, payload['hitsSinceLast']])).toEqual([
      ['198.51.100.1', 1],
      ['198.51.100.2', 1],
      ['198.51.100.1', 1],
    ]);
    expect(uses.at(-1)?.ip).toBe('198.51.100.3');
    expect(await lastUseOf(token)).toEqual({ ip: '198.51.100.3', at: uses.at(-1)?.createdAt });
  },
);

it.each(backends)(
  'records every address and every use when very many come at once, on $name',
  { timeout: 120_000 },
  async ({ redisUrl }) => {
    const addresses = 50;
    const requests = 1_500;
    const api = await startApi({ redisUrl, env: { USAGE_SAMPLE_RATE: '0.01' } });
    onTestFinished(async () => void (await api.stop()));
    const token = await aToken();
    const call = callerOf(api.baseUrl, {
      token: token.secret,
      agent: new Agent({ keepAlive: true, maxSockets: 32 }),
    });
    const use = (number: number) => call('/api/v1/me', { address: `198.51.100.${number % addresses}` });

    const statuses = await Promise.all(
      Array.from({ length: requests }, async (_, number) => (await use(number)).status),
    );
    // A caller that was never seen is recorded, and with it all uses before it that were not.
    statuses.push((await call('/api/v1/me', { address: '203.0.113.1' })).status);

    expect(new Set(statuses)).toEqual(new Set([200]));
    await vi.waitFor(async () => expect(hitsOf(await usesOf(token))).toBe(requests + 1), { timeout: 30_000 });
    const recorded = await usesOf(token);
    expect(new Set(recorded.map(({ ip }) => ip)).size).toBe(addresses + 1);
    // A sample, and not every one of them.
    expect(recorded.length).toBeLessThan(requests / 5);
  },
);

it('records a use from what a trusted proxy calls an address and is none, without an address', async () => {
  const api = await startApi({ redisUrl: 'none' });
  onTestFinished(async () => void (await api.stop()));
  const token = await aToken();

  await callerOf(api.baseUrl)('/api/v1/me', { token: token.secret, address: '_hidden' });

  await vi.waitFor(async () => expect(hitsOf(await usesOf(token))).toBe(1), { timeout: 10_000, interval: 100 });
  const [use] = await usesOf(token);
  expect(use?.ip).toBeNull();
  expect(await lastUseOf(token)).toEqual({ ip: null, at: use?.createdAt });
});

it('keeps the chain whole when several workers record at once', async () => {
  const first = await openApplication();
  const second = await openApplication();
  onTestFinished(async () => void (await Promise.all([first.close(), second.close()])));
  const token = await aToken();
  const services = [first, second].map(({ app }) => app.get(ApiTokensService, { strict: false }));

  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      await services[index % 2]?.recordUses({ workspaceId: token.workspace.uuid, uses: [aUse(token), aUse(token)] });
    }),
  );

  const verdict = await verifyChain(await chainOf(token), { workspaceId: token.workspace.id });
  expect(verdict).toMatchObject({ valid: true, entries: 40 });
});

it('records a use once, however often its job runs, and never moves the last use back', async () => {
  const { app, close } = await openApplication();
  onTestFinished(close);
  const token = await aToken();
  const tokens = app.get(ApiTokensService, { strict: false });
  const late = { ...aUse(token), at: '2026-01-02T00:00:00.000Z' };
  const early = { ...aUse(token), at: '2026-01-01T00:00:00.000Z', ip: '203.0.113.9' };

  await tokens.recordUses({ workspaceId: token.workspace.uuid, uses: [late] });
  await tokens.recordUses({ workspaceId: token.workspace.uuid, uses: [late, early] });

  expect((await usesOf(token)).map(({ createdAt }) => createdAt)).toEqual([late.at, early.at]);
  expect(await lastUseOf(token)).toEqual({ ip: late.ip, at: late.at });
});

it('records a use once when a job that was taken for lost runs beside itself', async () => {
  const { app, close } = await openApplication();
  onTestFinished(close);
  const token = await aToken();
  const tokens = app.get(ApiTokensService, { strict: false });
  const uses = [aUse(token), aUse(token)];

  await Promise.all(Array.from({ length: 4 }, () => tokens.recordUses({ workspaceId: token.workspace.uuid, uses })));

  expect(await usesOf(token)).toHaveLength(2);
});

function aUse({ uuid }: TestToken) {
  const at = new Date().toISOString();
  const hitsSinceLast = 1;
  const caller = { ip: '198.51.100.1', userAgent: 'test', requestId: 'req_1', clientRequestId: null };
  return { id: crypto.randomUUID(), tokenId: uuid, at, hitsSinceLast, ...caller };
}

function hitsOf(uses: { payload: Record<string, unknown> }[]): number {
  return uses.reduce((sum, { payload }) => sum + Number(payload['hitsSinceLast']), 0);
}

async function usesOf(token: TestToken) {
  const events = await chainOf(token);
  return events.filter(({ action, target }) => action === 'API_TOKEN_USED' && target.id === token.id);
}

/** The whole log of the token's workspace, as the verifier takes it. */
async function chainOf({ workspace }: TestToken): Promise<ChainedAuditEvent[]> {
  const { rows } = await arrange(workspace.uuid, (client) =>
    client.query('select * from audit_events where workspace_id = $1 order by seq', [workspace.uuid]),
  );
  return rows.map((row) => ({
    workspaceId: workspace.id,
    seq: Number(row.seq),
    id: toPublicId('auditEvent', row.id),
    action: row.action,
    actor: { type: row.actor_type, id: row.actor_id, name: row.actor_name },
    target: { type: row.target_type, id: row.target_id },
    createdAt: row.created_at.toISOString(),
    ip: row.ip,
    userAgent: row.user_agent,
    requestId: row.request_id,
    clientRequestId: row.client_request_id,
    payload: row.payload,
    prevHash: row.prev_hash,
    hash: row.hash,
  }));
}

async function lastUseOf({ workspace, uuid }: TestToken) {
  const { rows } = await arrange(workspace.uuid, (client) =>
    client.query('select last_used_ip as ip, last_used_at as at from api_tokens where workspace_id = $1 and id = $2', [
      workspace.uuid,
      uuid,
    ]),
  );
  return { ip: rows[0].ip, at: rows[0].at.toISOString() };
}
