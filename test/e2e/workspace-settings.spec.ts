import { workspaceSettingsData, type Role, type WorkspaceSettings } from '@calkeep/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startApi } from '../support/api-process.js';
import { auditLogOf } from '../support/audit-log-of.js';
import { arrange, aToken, someContacts, type TestWorkspace } from '../support/builders.js';
import { callerOf, type Answer } from '../support/client.js';
import { aMember, type Console, type TestUser } from '../support/console.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

const settingsOf = (workspace: TestWorkspace) => `/app/workspaces/${workspace.id}`;

async function aConsole(
  role: Role = 'admin',
  workspace?: TestWorkspace,
): Promise<{
  workspace: TestWorkspace;
  user: TestUser;
  console: Console;
}> {
  const user = await aMember({ role, ...(workspace && { workspace }) });
  return { workspace: user.workspace, user, console: await api.console().enter(user) };
}

function settingsIn(answer: Answer): WorkspaceSettings {
  return workspaceSettingsData.parse(answer.data).workspace;
}

function expectRefusal(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.error.code]).toEqual([status, code]);
}

describe('the settings of a workspace', () => {
  it.each<Role>(['owner', 'admin', 'member'])('are there for a member who is %s to read', async (role) => {
    const { workspace, console } = await aConsole(role);
    await someContacts(workspace, 3);
    const ended = new Date(0);
    await aToken({ workspace });
    await aToken({ workspace, mode: 'test', disabledAt: ended });
    await aToken({ workspace, revokedAt: ended });
    await aToken({ workspace, expiresAt: ended });
    const rotated = await aToken({ workspace });
    await arrange(workspace.uuid, (client) =>
      client.query(`update api_tokens set rotated_at = now(), retires_at = now() + interval '1 day' where id = $1`, [
        rotated.uuid,
      ]),
    );

    const answer = await console.get(settingsOf(workspace));

    expect(answer.status).toBe(200);
    expect(settingsIn(answer)).toEqual({
      id: workspace.id,
      name: 'Acme',
      slug: 'acme',
      plan: {
        code: 'business',
        name: 'Business',
        hasApiTokens: true,
        activeTokensMax: 50,
        tokenRequestsPerMinute: 120,
        workspaceRequestsPerMinute: 600,
        contactsMax: 250_000,
        customFieldsMax: 50,
        auditRetentionDays: 365,
      },
      timezone: 'UTC',
      ipAllowlist: [],
      tokenLifetimeDaysMax: null,
      isMfaRequired: false,
      createdAt: expect.any(String) as string,
      usage: { activeApiTokens: 2, members: 1, contacts: 3 },
      milestones: { firstTokenAt: expect.any(String) as string, firstCallAt: null },
    });
  });

  it('are no business of an auditor, of somebody outside, and of who is not signed in', async () => {
    const { workspace } = await aConsole('owner');
    const auditor = await aConsole('auditor', workspace);
    const stranger = await aConsole('owner');

    expectRefusal(await auditor.console.get(settingsOf(workspace)), 403, 'forbidden');
    expectRefusal(await stranger.console.get(settingsOf(workspace)), 404, 'not_found');
    expectRefusal(await api.console().get(settingsOf(workspace)), 401, 'session_required');
  });

  it('take no query', async () => {
    const { workspace, console } = await aConsole();
    expectRefusal(await console.get(`${settingsOf(workspace)}?fields=name`), 400, 'invalid_request');
  });
});

describe('changing settings', () => {
  it('changes those that are named and no others, and tells the audit log what was and what is', async () => {
    const { workspace, user, console } = await aConsole();
    const patch = {
      name: ' Acme GmbH ',
      timezone: 'europe/berlin',
      ipAllowlist: ['203.0.113.7', '2001:DB8::1/32', '203.0.113.7/32'],
      tokenLifetimeDaysMax: 90,
      isMfaRequired: true,
    };
    const after = {
      name: 'Acme GmbH',
      timezone: 'Europe/Berlin',
      ipAllowlist: ['203.0.113.7/32', '2001:db8::/32'],
      tokenLifetimeDaysMax: 90,
      isMfaRequired: true,
    };

    const answer = await console.patch(settingsOf(workspace), patch);

    expect(answer.status).toBe(200);
    expect(settingsIn(answer)).toMatchObject({ id: workspace.id, slug: 'acme', ...after });
    const cleared = await console.patch(settingsOf(workspace), { tokenLifetimeDaysMax: null, ipAllowlist: [] });
    expect(settingsIn(cleared)).toMatchObject({ ...after, tokenLifetimeDaysMax: null, ipAllowlist: [] });
    expect(settingsIn(await console.get(settingsOf(workspace)))).toEqual(settingsIn(cleared));
    const actor = { actor_type: 'user', actor_id: user.id, target_type: 'workspace', target_id: workspace.id };
    const before = {
      name: 'Acme',
      timezone: 'UTC',
      ipAllowlist: [],
      tokenLifetimeDaysMax: null,
      isMfaRequired: false,
    };
    const { ipAllowlist, tokenLifetimeDaysMax } = after;
    const entries = [
      { ...actor, action: 'WORKSPACE_UPDATED', payload: { before, after } },
      {
        ...actor,
        action: 'WORKSPACE_UPDATED',
        payload: {
          before: { ipAllowlist, tokenLifetimeDaysMax },
          after: { ipAllowlist: [], tokenLifetimeDaysMax: null },
        },
      },
    ];
    const log = await auditLogOf(workspace);
    expect(log).toMatchObject(entries);
    expect(log.map(({ payload }) => payload)).toEqual(entries.map(({ payload }) => payload));
  });

  it('to what they are already is no change', async () => {
    const { workspace, console } = await aConsole();
    const answer = await console.patch(settingsOf(workspace), { name: 'Acme', isMfaRequired: false, ipAllowlist: [] });
    expect(answer.status).toBe(200);
    expect(await auditLogOf(workspace)).toEqual([]);
  });

  it('gives the sandbox the name and the time zone too, and nothing else', async () => {
    const { workspace, console } = await aConsole();
    const { secret } = await aToken({ workspace, mode: 'test' });
    const name = '𝛼'.repeat(100);

    await console.patch(settingsOf(workspace), { name, timezone: 'Asia/Kolkata', isMfaRequired: true });

    const seen = (await api.call('/api/v1/workspace', { token: secret })).data['workspace'];
    expect(seen).toMatchObject({ name: `${name} (sandbox)`, timezone: 'Asia/Kolkata' });
    const { rows } = await arrange(workspace.sandboxUuid, (client) =>
      client.query('select is_mfa_required from workspaces where id = $1', [workspace.sandboxUuid]),
    );
    expect(rows).toEqual([{ is_mfa_required: false }]);
  });

  it('asks members for a second factor from the next request on', async () => {
    const { workspace, console } = await aConsole();
    const bare = await aMember({ role: 'member', workspace, hasTotp: false });
    const theirs = await api.console().enter(bare, { mfaAgeSeconds: null });
    expect((await theirs.get(settingsOf(workspace))).status).toBe(200);

    await console.patch(settingsOf(workspace), { isMfaRequired: true });

    expectRefusal(await theirs.get(settingsOf(workspace)), 403, 'mfa_enrollment_required');
  });

  it.each([
    ['nothing', {}],
    ['a setting that there is not', { plan: 'enterprise' }],
    ['the operator’s own', { name: 'Acme', requestsPerMinute: 1 }],
    ['an id', { id: 'ws_1', name: 'Acme' }],
    ['an empty name', { name: '  ' }],
    ['a name of 201 characters', { name: 'x'.repeat(201) }],
    ['a name over two lines', { name: 'Acme\nBcc: everybody' }],
    ['no name', { name: null }],
    ['a time zone that there is not', { timezone: 'Mars/Olympus_Mons' }],
    ['an offset for a time zone', { timezone: '+01:00' }],
    ['an address that is none', { ipAllowlist: ['203.0.113.256'] }],
    ['a range that is none', { ipAllowlist: ['203.0.113.0/33'] }],
    ['a host name', { ipAllowlist: ['example.com'] }],
    ['a text for a list', { ipAllowlist: '203.0.113.7' }],
    ['a hundred and one ranges', { ipAllowlist: Array.from({ length: 101 }, (_, index) => `10.0.${index}.0/24`) }],
    ['no days', { tokenLifetimeDaysMax: 0 }],
    ['more than ten years', { tokenLifetimeDaysMax: 3_651 }],
    ['half a day', { tokenLifetimeDaysMax: 0.5 }],
    ['a text for a number', { tokenLifetimeDaysMax: '90' }],
    ['a number for a switch', { isMfaRequired: 1 }],
    ['a list', []],
  ])('refuses %s', async (_what, patch) => {
    const { workspace, console } = await aConsole();
    const before = settingsIn(await console.get(settingsOf(workspace)));

    const answer = await console.patch(settingsOf(workspace), patch);

    expectRefusal(answer, 400, 'invalid_request');
    expect(answer.text).not.toMatch(/Olympus|203\.0\.113|example\.com|everybody/);
    expect(settingsIn(await console.get(settingsOf(workspace)))).toEqual(before);
    expect(await auditLogOf(workspace)).toEqual([]);
  });

  it('needs an administrator with a recent second factor, and a call from the console', async () => {
    const { workspace, user, console } = await aConsole();
    const member = await aConsole('member', workspace);
    const stranger = await aConsole('owner');
    const patch = { name: 'Changed' };
    const at = (mfaAgeSeconds: number | null) => api.console().enter(user, { mfaAgeSeconds });

    expectRefusal(await member.console.patch(settingsOf(workspace), patch), 403, 'forbidden');
    expectRefusal(await stranger.console.patch(settingsOf(workspace), patch), 404, 'not_found');
    expectRefusal(await (await at(301)).patch(settingsOf(workspace), patch), 401, 'mfa_required');
    expectRefusal(await (await at(null)).patch(settingsOf(workspace), patch), 401, 'mfa_required');
    expectRefusal(await api.console().patch(settingsOf(workspace), patch), 401, 'session_required');
    const headers = { 'X-CalKeep-Csrf': '0' };
    expectRefusal(await console.patch(settingsOf(workspace), patch, { headers }), 403, 'csrf');
    expect(settingsIn(await console.get(settingsOf(workspace))).name).toBe('Acme');
  });
});

describe('a new allow-list', () => {
  it('is obeyed by every token with the next request, on every process', async () => {
    const other = await startApi();
    onTestFinished(async () => void (await other.stop()));
    const { workspace, console } = await aConsole();
    const tokens = [
      await aToken({ workspace }),
      await aToken({ workspace }),
      await aToken({ workspace, mode: 'test' }),
    ];
    const calls = [api.caller({ address: '203.0.113.7' }), callerOf(other.baseUrl, { address: '203.0.113.7' })];
    const statusesNow = () =>
      Promise.all(
        calls.flatMap((call) => tokens.map(async ({ secret }) => (await call('/api/v1/me', { token: secret })).status)),
      );
    const everywhere = (status: number) => Array.from({ length: 6 }, () => status);

    for (let round = 0; round < 5; round++) {
      expect(await statusesNow()).toEqual(everywhere(200));
      await console.patch(settingsOf(workspace), { ipAllowlist: ['198.51.100.0/24'] });
      expect(await statusesNow()).toEqual(everywhere(403));
      await console.patch(settingsOf(workspace), { ipAllowlist: ['203.0.113.0/24'] });
    }
  });

  it('of one workspace says nothing about the tokens of another', async () => {
    const { workspace, console } = await aConsole();
    const { secret } = await aToken();
    await console.patch(settingsOf(workspace), { ipAllowlist: ['198.51.100.0/24'] });
    expect((await api.call('/api/v1/me', { token: secret })).status).toBe(200);
  });
});
