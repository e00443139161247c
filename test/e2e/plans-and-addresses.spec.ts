import type { PlanCode } from '@calkeep/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Admissions } from '../../apps/api/src/admission/admissions.js';
import { administerRows } from '../support/administer-rows.js';
import { openApplication } from '../support/api-application.js';
import { aToken, aWorkspace } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

describe.each<PlanCode>(['free', 'pro'])('a token of a workspace on %s', (plan) => {
  it('is answered 403 plan_not_eligible, uncharged', async () => {
    const token = await aToken({ workspace: await aWorkspace({ plan }) });
    const answer = await api.call('/api/v1/me', { token: token.secret });
    expect(answer.status).toBe(403);
    expect(answer.error.code).toBe('plan_not_eligible');
    expectUncharged(answer);
  });

  it('works again after an upgrade, and no more after a downgrade', async () => {
    const { app, close } = await openApplication();
    onTestFinished(close);
    const token = await aToken({ workspace: await aWorkspace({ plan }) });
    const becomes = async (next: PlanCode) => {
      await administerRows('update workspaces set plan_code = $1 where id = $2', [next, token.workspace.uuid]);
      await app.get(Admissions, { strict: false }).forget({ workspaceId: token.workspace.uuid, tokenId: token.uuid });
    };

    expect(await statusOf(token.secret)).toBe(403);
    await becomes('business');
    expect(await statusOf(token.secret)).toBe(200);
    await becomes(plan);
    expect(await statusOf(token.secret)).toBe(403);
  });
});

it.each<PlanCode>(['business', 'enterprise'])('tokens work on %s, with the limits of the plan', async (plan) => {
  const token = await aToken({ workspace: await aWorkspace({ plan, requestsPerMinute: null }), quota: null });
  const answer = await api.call('/api/v1/me', { token: token.secret });
  const sizes = { business: [120, 600], enterprise: [600, 6_000], free: [], pro: [] }[plan];
  expect(answer.headers['ratelimit-policy']).toBe(`"token";q=${sizes[0]};w=60, "workspace";q=${sizes[1]};w=60`);
});

describe('an allow-list', () => {
  const lists = ['203.0.113.0/24', '198.51.100.7/32', '2001:db8:1::/48'];
  const inside = [
    '203.0.113.1',
    '203.0.113.255',
    '198.51.100.7',
    '2001:db8:1::1',
    '2001:DB8:1:ffff::',
    '::ffff:203.0.113.9',
  ];
  const outside = [
    '203.0.114.1',
    '198.51.100.8',
    '2001:db8:2::1',
    '::ffff:192.0.2.1',
    '127.0.0.1',
    'unknown',
    '203.0.113',
  ];

  it.each(['token', 'workspace'])('of the %s lets in whom it lists, and nobody else', async (holder) => {
    const workspace = await aWorkspace({ ipAllowlist: holder === 'workspace' ? lists : [] });
    const { secret } = await aToken({ workspace, ipAllowlist: holder === 'token' ? lists : [] });

    for (const address of inside)
      expect((await api.call('/api/v1/me', { token: secret, address })).status, address).toBe(200);
    for (const address of outside) {
      const answer = await api.call('/api/v1/me', { token: secret, address });
      expect(answer.status, address).toBe(403);
      expect(answer.error.code).toBe('ip_not_allowed');
      expect(answer.text).not.toContain(address);
      expectUncharged(answer);
    }
  });

  it('of the token and one of the workspace must both list the address', async () => {
    const workspace = await aWorkspace({ ipAllowlist: ['203.0.113.0/24'] });
    const { secret } = await aToken({ workspace, ipAllowlist: ['203.0.113.128/25', '192.0.2.1/32'] });
    const statusAt = async (address: string) => (await api.call('/api/v1/me', { token: secret, address })).status;

    expect(await statusAt('203.0.113.200')).toBe(200);
    expect(await statusAt('203.0.113.1')).toBe(403);
    expect(await statusAt('192.0.2.1')).toBe(403);
  });

  it('costs who it keeps out nothing of the limits', async () => {
    const { secret } = await aToken({ ipAllowlist: ['203.0.113.1/32'], quota: { requests: 2, windowSeconds: 3_600 } });
    for (let count = 0; count < 5; count++)
      expect((await api.call('/api/v1/me', { token: secret, address: '203.0.113.2' })).status).toBe(403);

    const answer = await api.call('/api/v1/me', { token: secret, address: '203.0.113.1' });
    expect(answer.headers['x-ratelimit-remaining']).toBe('1');
  });
});

describe('X-Forwarded-For', () => {
  const direct = useApi({ env: { TRUSTED_PROXIES: '' } });

  it('of a peer that is no trusted proxy is nothing but a claim', async () => {
    const listed = await aToken({ ipAllowlist: ['203.0.113.1/32'] });
    const local = await aToken({ ipAllowlist: ['127.0.0.1/32', '::1/128'] });
    for (const claim of ['203.0.113.1', '203.0.113.1, 203.0.113.1']) {
      expect((await direct.call('/api/v1/me', { token: listed.secret, address: claim })).status).toBe(403);
      expect((await direct.call('/api/v1/me', { token: local.secret, address: claim })).status).toBe(200);
    }
    const others = {
      'X-Real-IP': '203.0.113.1',
      Forwarded: 'for=203.0.113.1',
      'X-Client-IP': '203.0.113.1',
      'CF-Connecting-IP': '203.0.113.1',
    };
    expect((await direct.call('/api/v1/me', { token: listed.secret, headers: others })).status).toBe(403);
  });

  it('does not spread failed authentications over made-up addresses', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 200 && !statuses.includes(429); count++)
      statuses.push((await direct.call('/api/v1/me', { token: 'bad', address: `192.0.2.${count}` })).status);
    expect(statuses).toContain(429);
  });

  it('of a trusted proxy counts from the right: what a caller put before it does not', async () => {
    const { secret } = await aToken({ ipAllowlist: ['203.0.113.1/32'] });
    expect((await api.call('/api/v1/me', { token: secret, address: '192.0.2.1, 203.0.113.1' })).status).toBe(200);
    expect((await api.call('/api/v1/me', { token: secret, address: '203.0.113.1, 192.0.2.1' })).status).toBe(403);
  });
});

async function statusOf(secret: string): Promise<number> {
  return (await api.call('/api/v1/me', { token: secret })).status;
}

function expectUncharged({ headers }: Answer): void {
  for (const name of Object.keys(headers)) expect(name).not.toMatch(/rate-?limit|retry-after/);
}
