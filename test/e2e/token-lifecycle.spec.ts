import { apiToken, apiTokensData, newId, orphansData, type ApiToken } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { arrange, aToken, aWorkspace } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { aUser, type Console } from '../support/console.js';
import { TokenAdmin } from '../support/token-admin.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

/** Every route below `/app/workspaces/:ws/api-tokens`, called as it succeeds. */
const routes: [name: string, call: (page: Page) => Promise<Answer>][] = [
  ['list', ({ console, path }) => console.get(path)],
  ['orphans', ({ console, path }) => console.get(`${path}/orphans`)],
  ['get', ({ console, path, id }) => console.get(`${path}/${id}`)],
  ['issue', ({ console, path }) => console.post(path, { label: 'A token', scopes: ['contacts:read'] })],
  ['rotate', ({ console, path, id }) => console.post(`${path}/${id}/rotate`)],
  ['revoke', ({ console, path, id }) => console.post(`${path}/${id}/revoke`)],
  ['update', ({ console, path, id }) => console.patch(`${path}/${id}`, { label: 'Another' })],
];
const changes = routes.filter(([name]) => !['list', 'orphans', 'get'].includes(name));
const behindStepUp = routes.filter(([name]) => name === 'issue' || name === 'rotate');
const aboutOne = routes.filter(([name]) => ['get', 'rotate', 'revoke', 'update'].includes(name));

interface Page {
  console: Console;
  path: string;
  id: string;
}

async function aPage(console: Console, workspace?: Page['path'], id?: string): Promise<Page> {
  const token = await aToken();
  return {
    console,
    path: `/app/workspaces/${workspace ?? token.workspace.id}/api-tokens`,
    id: id ?? token.id,
  };
}

describe.each(routes)('%s', (_name, call) => {
  it.each(['owner', 'admin'] as const)('is there for an %s', async (role) => {
    const { console, path, workspace } = await TokenAdmin.at(api, { role });
    expect((await call({ console, path, id: (await aToken({ workspace })).id })).status).toBeLessThan(300);
  });

  it.each(['member', 'auditor'] as const)('is refused to a %s', async (role) => {
    const { console, path, workspace } = await TokenAdmin.at(api, { role });
    expectRefusal(await call({ console, path, id: (await aToken({ workspace })).id }), 403, 'forbidden');
  });

  it('asks for a session that has its second factor', async () => {
    expectRefusal(await call(await aPage(api.console())), 401, 'session_required');
    const pending = await api.console().enter(await aUser(), { isPending: true });
    expectRefusal(await call(await aPage(pending)), 401, 'mfa_required');
  });

  it('is as if it were not there for who is not in the workspace', async () => {
    const stranger = (await TokenAdmin.at(api)).console;
    const [known, unknown] = [
      await call(await aPage(stranger)),
      await call(await aPage(stranger, newId('workspace'), newId('apiToken'))),
    ];
    expectRefusal(known, 404, 'not_found');
    expectSame(known, unknown);
  });

  it('opens to no API token', async () => {
    const { secret, workspace, id } = await aToken();
    const console = api.console({ token: secret });
    expectRefusal(await call(await aPage(console, workspace.id, id)), 401, 'session_required');
  });
});

describe.each(aboutOne)('%s', (_name, call) => {
  it('finds another workspace’s token as little as one that is nowhere', async () => {
    const { console, path } = await TokenAdmin.at(api);
    const foreign = await call({ console, path, id: (await aToken()).id });
    expectRefusal(foreign, 404, 'not_found');
    for (const id of [newId('apiToken'), newId('contact'), 'x', '%27'])
      expectSame(foreign, await call({ console, path, id }));
  });
});

describe.each(changes)('%s', (_name, call) => {
  it('asks for the header against cross-site calls', async () => {
    const { console, path, workspace } = await TokenAdmin.at(api);
    const { id } = await aToken({ workspace });
    const foreign = {
      post: (to: string, json: unknown) => console.post(to, json, { headers: { 'X-CalKeep-Csrf': '' } }),
      patch: (to: string, json: unknown) => console.patch(to, json, { headers: { 'X-CalKeep-Csrf': '' } }),
    } as Console;
    expectRefusal(await call({ console: foreign, path, id }), 403, 'csrf');
  });
});

describe.each(behindStepUp)('%s', (_name, call) => {
  it.each([
    [null, 401],
    [299, 201],
    [310, 401],
    [-60, 401],
  ])('with a second factor proven %s seconds ago is answered %d', async (mfaAgeSeconds, status) => {
    const { console, path, workspace } = await TokenAdmin.at(api, { mfaAgeSeconds });
    const answer = await call({ console, path, id: (await aToken({ workspace })).id });
    expect(answer.status).toBe(status);
    if (status === 201) return;
    expect(answer.error).toMatchObject({ code: 'mfa_required', details: { maxAgeSeconds: 300, methods: ['totp'] } });
    expect(answer.headers['www-authenticate']).toContain('error="insufficient_user_authentication"');
  });

  it('asks who has no second factor to set one up', async () => {
    const { console, path, workspace } = await TokenAdmin.at(api, { hasTotp: false, mfaAgeSeconds: null });
    const answer = await call({ console, path, id: (await aToken({ workspace })).id });
    expectRefusal(answer, 403, 'mfa_enrollment_required');
  });

  it.each(['free', 'pro'] as const)('is not part of the plan %s', async (plan) => {
    const { console, path, workspace } = await TokenAdmin.at(api, { workspace: await aWorkspace({ plan }) });
    const answer = await call({ console, path, id: (await aToken({ workspace })).id });
    expectRefusal(answer, 403, 'plan_not_eligible');
  });
});

describe('the list', () => {
  it('tells every token of the workspace, whatever became of it, the newest first', async () => {
    const admin = await TokenAdmin.at(api);
    const { workspace } = admin;
    const past = new Date(Date.now() - 1_000);
    const made = [
      ['disabled', (await aToken({ workspace, disabledAt: past })).id],
      ['expired', (await aToken({ workspace, expiresAt: past })).id],
      ['revoked', (await aToken({ workspace, revokedAt: past, expiresAt: past, disabledAt: past })).id],
    ];
    const active = await admin.issue();
    const retiring = (await admin.rotate(active.token.id, 600)).token;
    const retired = (await admin.rotate(retiring.id, 0)).token;
    await aToken();

    const { apiTokens, pagination } = await listOf(admin);
    expect(apiTokens.map(({ id, status }) => [status, id])).toEqual([
      ['active', retired.id],
      ['retired', retiring.id],
      ['retiring', active.token.id],
      ...made.reverse(),
    ]);
    expect(pagination).toEqual({ page: 1, limit: 50, total: 6, totalPages: 1, hasMore: false });
    expect((await listOf(admin, '?status=retired')).apiTokens.map(({ id }) => id)).toEqual([retiring.id]);
  });

  it('tells where a token was last used', async () => {
    const admin = await TokenAdmin.at(api);
    const { id, uuid, workspace } = await aToken({ workspace: admin.workspace });
    await arrange(workspace.uuid, (client) =>
      client.query(`update api_tokens set last_used_at = '2026-01-02T03:04:05Z', last_used_ip = $2 where id = $1`, [
        uuid,
        '2001:db8::1',
      ]),
    );
    expect(await admin.get(id)).toMatchObject({ lastUsedAt: '2026-01-02T03:04:05.000Z', lastUsedIp: '2001:db8::1' });
  });

  it('is found in by status, by a part of the label, and by the beginning of the display prefix', async () => {
    const admin = await TokenAdmin.at(api);
    const { workspace } = admin;
    const zapier = await aToken({ workspace, label: 'Zapier 100% "sync"' });
    const other = await aToken({ workspace, label: 'Nightly_report', disabledAt: new Date() });
    const found = async (query: string) => (await listOf(admin, query)).apiTokens.map(({ id }) => id);

    expect(await found('?q=zAPIER')).toEqual([zapier.id]);
    expect(await found('?q=%25')).toEqual([zapier.id]);
    expect(await found('?q=y_r')).toEqual([other.id]);
    expect(await found(`?q=${other.secret.slice(0, 12)}`)).toEqual([other.id]);
    expect(await found('?status=disabled&q=sync')).toEqual([]);
    expect((await listOf(admin, '?q=zapier')).pagination.total).toBe(1);
  });

  it('is found when it works and expires within the given days', async () => {
    const admin = await TokenAdmin.at(api);
    const { workspace } = admin;
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    const soon = await aToken({ workspace, expiresAt: inDays(13.9) });
    await aToken({ workspace, expiresAt: inDays(14.1) });
    await aToken({ workspace });
    for (const over of [{ disabledAt: new Date() }, { revokedAt: new Date() }])
      await aToken({ workspace, expiresAt: inDays(2), ...over });
    await aToken({ workspace, expiresAt: inDays(-1) });

    const { apiTokens, pagination } = await listOf(admin, '?expiringWithinDays=14');
    expect(apiTokens.map(({ id }) => id)).toEqual([soon.id]);
    expect(pagination.total).toBe(1);
  });

  it('has pages, with the true total past the end', async () => {
    const admin = await TokenAdmin.at(api);
    const ids = [];
    for (let count = 0; count < 3; count++) ids.unshift((await aToken({ workspace: admin.workspace })).id);
    const pages = [await listOf(admin, '?limit=2'), await listOf(admin, '?limit=2&page=2')];
    expect(pages.flatMap(({ apiTokens }) => apiTokens.map(({ id }) => id))).toEqual(ids);
    expect(await listOf(admin, '?limit=2&page=9')).toMatchObject({ apiTokens: [], pagination: { total: 3 } });
  });

  it.each([
    '?limit=0',
    '?page=x',
    '?status=dead',
    '?status=active&status=revoked',
    '?q=',
    '?sort=label',
    '?expiringWithinDays=0',
    '?x=1',
  ])('refuses %s', async (query) => {
    const { console, path } = await TokenAdmin.at(api);
    expectRefusal(await console.get(`${path}${query}`), 400, 'invalid_request');
  });
});

describe('an orphan', () => {
  it('is a token whose issuer is gone or no longer an administrator; it goes on working', async () => {
    const owner = await TokenAdmin.at(api);
    const { workspace } = owner;
    const [leaver, demoted] = [
      await TokenAdmin.at(api, { workspace, role: 'admin' }),
      await TokenAdmin.at(api, { workspace, role: 'owner' }),
    ];
    const [left, kept, own] = [await leaver.issue(), await demoted.issue(), await owner.issue()];
    await arrange(workspace.uuid, async (client) => {
      await client.query('delete from memberships where user_id = $1', [leaver.user.uuid]);
      await client.query(`update memberships set role = 'member' where user_id = $1`, [demoted.user.uuid]);
    });

    for (const { token, secret } of [left, kept, own]) {
      expect((await owner.get(token.id)).isOrphan).toBe(token.id !== own.token.id);
      expect((await api.call('/api/v1/me', { token: secret })).status).toBe(200);
    }
    expect((await owner.get(left.token.id)).issuer).toEqual({ id: leaver.user.id, name: leaver.user.name });
    expect(await reportOf(owner)).toEqual([
      [kept.token.id, ['issuer_gone']],
      [left.token.id, ['issuer_gone']],
    ]);
  });

  it('that is rotated becomes its rotator’s', async () => {
    const owner = await TokenAdmin.at(api);
    const leaver = await TokenAdmin.at(api, { workspace: owner.workspace, role: 'admin' });
    const { token } = await leaver.issue();
    await arrange(owner.workspace.uuid, (client) =>
      client.query('delete from memberships where user_id = $1', [leaver.user.uuid]),
    );
    const rotated = await owner.rotate(token.id);
    expect(rotated.token).toMatchObject({ isOrphan: false, issuer: { id: owner.user.id } });
  });

  it('report names what was not used for the given days, counted from its issue if it never was', async () => {
    const admin = await TokenAdmin.at(api);
    const { workspace } = admin;
    const [old, used, never, revoked] = [
      await aToken({ workspace }),
      await aToken({ workspace }),
      await aToken({ workspace }),
      await aToken({ workspace, revokedAt: new Date() }),
    ];
    const days = (column: string, count: number, uuid: string) =>
      administerRows(`update api_tokens set ${column} = now() - $2 * interval '1 day' where id = $1`, [uuid, count]);
    for (const { uuid } of [old, used, never, revoked]) await days('created_at', 120, uuid);
    await days('last_used_at', 100, old.uuid);
    await days('last_used_at', 10, used.uuid);

    const unused = async (query?: string) => (await reportOf(admin, query)).map(([id]) => id).sort();
    expect(await unused()).toEqual([old.id, never.id].sort());
    expect(await unused('?unusedDays=110')).toEqual([never.id]);
    expect(await unused('?unusedDays=5')).toEqual([old.id, used.id, never.id].sort());
    for (const query of ['?unusedDays=0', '?unusedDays=x', '?days=1'])
      expectRefusal(await admin.console.get(`${admin.path}/orphans${query}`), 400, 'invalid_request');
  });

  it('report names a rotated token that is still used, as soon as it is', async () => {
    const admin = await TokenAdmin.at(api);
    const { token, secret } = await admin.issue();
    const use = () => api.call('/api/v1/me', { token: secret });
    await use();
    await expect.poll(async () => (await admin.get(token.id)).lastUsedAt, { timeout: 10_000 }).not.toBeNull();
    await admin.rotate(token.id, 600);
    expect(await reportOf(admin)).toEqual([]);

    await use();

    await expect.poll(() => reportOf(admin), { timeout: 10_000 }).toEqual([[token.id, ['predecessor_in_use']]]);
  });
});

async function listOf({ console, path }: TokenAdmin, query = '') {
  return apiTokensData.parse((await console.get(`${path}${query}`)).data);
}

async function reportOf({ console, path }: TokenAdmin, query = ''): Promise<[ApiToken['id'], string[]][]> {
  const { orphans } = orphansData.parse((await console.get(`${path}/orphans${query}`)).data);
  return orphans.map(({ token, reasons }) => [apiToken.parse(token).id, reasons]);
}

function expectRefusal(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.status < 400 ? null : answer.error.code]).toEqual([status, code]);
}

/** But for what every request has of its own. */
function expectSame(one: Answer, other: Answer): void {
  const told = ({ status, text, headers }: Answer) => {
    const { date, 'x-calkeep-request-id': id, ...others } = headers;
    return [status, text.replaceAll(String(id), 'req_'), others, typeof date];
  };
  expect(told(one)).toEqual(told(other));
}
