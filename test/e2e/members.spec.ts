import { memberData, membersData, newId, type Member, type Role } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { auditLogOf } from '../support/audit-log-of.js';
import { arrange, aWorkspace, type TestWorkspace } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { aMember, aUser, type Console, type TestUser } from '../support/console.js';
import { roleIn } from '../support/role-in.js';
import { useApi } from '../support/use-api.js';
import { waitingMails } from '../support/waiting-mails.js';

/** Without the worker, which would take the mails away. */
const api = useApi({ env: { WORKER: 'separate' } });

const membersOf = (workspace: TestWorkspace) => `/app/workspaces/${workspace.id}/members`;
const memberOf = (workspace: TestWorkspace, user: TestUser) => `${membersOf(workspace)}/${user.id}`;
const at = (user: TestUser, mfaAgeSeconds: number | null = 0) => api.console().enter(user, { mfaAgeSeconds });

interface Employed {
  user: TestUser;
  console: Console;
}

/** A workspace with one person in each of these roles, each at a console. */
async function aStaff<R extends Role>(...roles: R[]): Promise<{ workspace: TestWorkspace } & Record<R, Employed>> {
  const workspace = await aWorkspace();
  const employ = async (role: Role): Promise<[Role, Employed]> => {
    const user = await aMember({ role, workspace });
    return [role, { user, console: await at(user) }];
  };
  const staff = Object.fromEntries(await Promise.all(roles.map(employ))) as Record<R, Employed>;
  return { workspace, ...staff };
}

function memberIn(answer: Answer): Member {
  return memberData.parse(answer.data).member;
}

function expectRefusal(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.error.code]).toEqual([status, code]);
}

describe('the list of members', () => {
  it('tells whoever administers the workspace who is in it, newest first, and who has no second factor', async () => {
    const { workspace, owner, admin } = await aStaff('owner', 'admin');
    const bare = await aMember({ role: 'member', workspace, hasTotp: false, name: 'Bo Lindqvist' });
    await aMember();

    for (const { console } of [owner, admin]) {
      const { members, pagination } = membersData.parse((await console.get(membersOf(workspace))).data);
      expect(pagination).toMatchObject({ total: 3, totalPages: 1 });
      expect(new Set(members.map(({ user }) => user.id))).toEqual(new Set([owner.user.id, admin.user.id, bare.id]));
      expect(members[0]).toMatchObject({
        user: { id: bare.id, email: bare.email, name: 'Bo Lindqvist' },
        role: 'member',
        mfa: { enrolled: false, methods: [] },
      });
      expect(members.find(({ role }) => role === 'owner')?.mfa).toEqual({ enrolled: true, methods: ['totp'] });
    }
  });

  it('counts a passkey as a second factor, and a TOTP secret that is not confirmed as none', async () => {
    const { workspace, owner } = await aStaff('owner');
    const unconfirmed = await aMember({ role: 'member', workspace });
    const passkey = await aMember({ role: 'member', workspace, hasTotp: false });
    await arrange('', async (client) => {
      await client.query('update user_totp_factors set confirmed_at = null where user_id = $1', [unconfirmed.uuid]);
      await client.query(
        `insert into webauthn_credentials (id, user_id, credential_id, public_key, sign_count, label, is_backed_up)
         values ($1, $1, $2, '', 0, 'A key', false)`,
        [passkey.uuid, passkey.email],
      );
    });

    const { members } = membersData.parse((await owner.console.get(membersOf(workspace))).data);

    const mfaOf = (user: TestUser) => members.find((member) => member.user.id === user.id)?.mfa;
    expect(mfaOf(unconfirmed)).toEqual({ enrolled: false, methods: [] });
    expect(mfaOf(passkey)).toEqual({ enrolled: true, methods: ['webauthn'] });
  });

  it('can be narrowed to those with a second factor, and to those without', async () => {
    const { workspace, owner } = await aStaff('owner');
    const bare = await aMember({ role: 'auditor', workspace, hasTotp: false });
    const listed = async (hasMfa: boolean) => {
      const { data } = await owner.console.get(`${membersOf(workspace)}?hasMfa=${hasMfa}`);
      const { members, pagination } = membersData.parse(data);
      return { ids: members.map(({ user }) => user.id), total: pagination.total };
    };

    expect(await listed(false)).toEqual({ ids: [bare.id], total: 1 });
    expect(await listed(true)).toEqual({ ids: [owner.user.id], total: 1 });
  });

  it('comes in pages that hold everybody once', async () => {
    const { workspace, owner } = await aStaff('owner');
    for (let count = 0; count < 4; count++) await aMember({ role: 'member', workspace });
    const page = async (number: number) =>
      membersData.parse((await owner.console.get(`${membersOf(workspace)}?page=${number}&limit=2`)).data);

    const pages = await Promise.all([1, 2, 3, 4].map(page));

    expect(pages.map(({ members }) => members.length)).toEqual([2, 2, 1, 0]);
    expect(new Set(pages.flatMap(({ members }) => members.map(({ user }) => user.id))).size).toBe(5);
    expect(pages.map(({ pagination }) => pagination.total)).toEqual([5, 5, 5, 5]);
  });

  it.each(['page=0', 'limit=201', 'hasMfa=yes', 'hasMfa=', 'hasMfa=true&hasMfa=true', 'role=owner', 'sort=email'])(
    'refuses %s',
    async (query) => {
      const { workspace, owner } = await aStaff('owner');
      expectRefusal(await owner.console.get(`${membersOf(workspace)}?${query}`), 400, 'invalid_request');
    },
  );

  it('is for those who are signed in', async () => {
    const { workspace } = await aStaff('owner');
    expectRefusal(await api.console().get(membersOf(workspace)), 401, 'session_required');
  });
});

describe('adding a person who has an account', () => {
  it('makes them a member at once, writes to them, and tells the audit log', async () => {
    const { workspace, admin } = await aStaff('owner', 'admin');
    const user = await aUser({ name: 'Bo Lindqvist' });

    const answer = await admin.console.post(membersOf(workspace), { email: user.email.toUpperCase(), role: 'auditor' });

    expect(answer.status).toBe(201);
    expect(memberIn(answer)).toMatchObject({
      user: { id: user.id, email: user.email, name: 'Bo Lindqvist' },
      role: 'auditor',
    });
    expect(await auditLogOf(workspace)).toMatchObject([
      {
        action: 'MEMBER_ADDED',
        actor_type: 'user',
        actor_id: admin.user.id,
        target_type: 'user',
        target_id: user.id,
        request_id: answer.headers['x-calkeep-request-id'],
        payload: { email: user.email, role: 'auditor' },
      },
    ]);
    const [mail] = await waitingMails(workspace);
    expect(mail).toMatchObject({ to: user.email, subject: 'You are now in Acme on CalKeep' });
    expect(mail?.text).toContain('as an auditor');
    const session = await (await at(user)).get('/app/auth/session');
    expect(session.data['workspaces']).toMatchObject([{ id: workspace.id, role: 'auditor' }]);
  });

  it('who is a member already is a conflict, and changes nothing', async () => {
    const { workspace, owner, member } = await aStaff('owner', 'member');

    const answer = await owner.console.post(membersOf(workspace), { email: member.user.email, role: 'admin' });

    expectRefusal(answer, 409, 'conflict');
    expect(await roleIn(workspace, member.user)).toBe('member');
    expect(await auditLogOf(workspace)).toEqual([]);
    expect(await waitingMails(workspace)).toEqual([]);
  });

  it.each([
    ['no e-mail address', { email: 'nobody', role: 'member' }],
    ['an address that is no text', { email: { not: null }, role: 'member' }],
    ['no role', { email: 'bo@acme.test' }],
    ['a role that there is not', { email: 'bo@acme.test', role: 'superuser' }],
    ['a field too many', { email: 'bo@acme.test', role: 'member', workspaceId: 'ws_1' }],
  ])('refuses %s', async (_what, body) => {
    const { workspace, owner } = await aStaff('owner');
    expectRefusal(await owner.console.post(membersOf(workspace), body), 400, 'invalid_request');
  });

  it('as an owner is for owners', async () => {
    const { workspace, owner, admin } = await aStaff('owner', 'admin');
    const user = await aUser();
    const body = { email: user.email, role: 'owner' };

    expectRefusal(await admin.console.post(membersOf(workspace), body), 403, 'forbidden');
    expect(await roleIn(workspace, user)).toBeNull();
    expect(memberIn(await owner.console.post(membersOf(workspace), body)).role).toBe('owner');
  });
});

describe('changing a role', () => {
  it('takes effect with the next request, and is told to the audit log', async () => {
    const { workspace, owner, member } = await aStaff('owner', 'member');
    expectRefusal(await member.console.get(membersOf(workspace)), 403, 'forbidden');

    const answer = await owner.console.patch(memberOf(workspace, member.user), { role: 'admin' });

    expect(answer.status).toBe(200);
    expect(memberIn(answer)).toMatchObject({ user: { id: member.user.id }, role: 'admin' });
    expect((await member.console.get(membersOf(workspace))).status).toBe(200);
    expect(await auditLogOf(workspace)).toMatchObject([
      {
        action: 'MEMBER_ROLE_CHANGED',
        actor_id: owner.user.id,
        target_id: member.user.id,
        payload: { from: 'member', to: 'admin' },
      },
    ]);
  });

  it('to the one that they have already is no change', async () => {
    const { workspace, owner, member } = await aStaff('owner', 'member');

    const answer = await owner.console.patch(memberOf(workspace, member.user), { role: 'member' });

    expect([answer.status, memberIn(answer).role]).toEqual([200, 'member']);
    expect(await auditLogOf(workspace)).toEqual([]);
  });

  it('lets only owners make, change and remove owners', async () => {
    const { workspace, owner, admin, member } = await aStaff('owner', 'admin', 'member');
    await aMember({ role: 'owner', workspace });
    const tries: [TestUser, Role][] = [
      [owner.user, 'member'],
      [member.user, 'owner'],
      [admin.user, 'owner'],
    ];

    for (const [user, role] of tries)
      expectRefusal(await admin.console.patch(memberOf(workspace, user), { role }), 403, 'forbidden');
    expectRefusal(await admin.console.delete(memberOf(workspace, owner.user)), 403, 'forbidden');
    expect(await auditLogOf(workspace)).toEqual([]);

    expect(memberIn(await owner.console.patch(memberOf(workspace, member.user), { role: 'owner' })).role).toBe('owner');
    expect(memberIn(await owner.console.patch(memberOf(workspace, member.user), { role: 'admin' })).role).toBe('admin');
  });

  it('of the last owner is a conflict', async () => {
    const { workspace, owner } = await aStaff('owner', 'admin');

    expectRefusal(await owner.console.patch(memberOf(workspace, owner.user), { role: 'admin' }), 409, 'conflict');

    expect(await roleIn(workspace, owner.user)).toBe('owner');
    expect(await auditLogOf(workspace)).toEqual([]);
  });

  it.each([[{}], [{ role: 'root' }], [{ role: 'member', id: 'usr_1' }], [{ role: ['member'] }], [[]]])(
    'to %j is refused',
    async (body) => {
      const { workspace, owner, member } = await aStaff('owner', 'member');
      expectRefusal(await owner.console.patch(memberOf(workspace, member.user), body), 400, 'invalid_request');
    },
  );

  it('of who is not a member is answered as of who is nobody', async () => {
    const { workspace, owner } = await aStaff('owner');
    const stranger = await aMember();

    for (const id of [stranger.id, newId('user'), workspace.id, 'x'])
      for (const answer of [
        await owner.console.patch(`${membersOf(workspace)}/${id}`, { role: 'member' }),
        await owner.console.delete(`${membersOf(workspace)}/${id}`),
      ])
        expectRefusal(answer, 404, 'not_found');
    expect(await roleIn(stranger.workspace, stranger)).toBe('owner');
  });
});

describe('removing a member', () => {
  it('shuts them out with their next request, and is told to the audit log', async () => {
    const { workspace, owner, admin } = await aStaff('owner', 'admin');
    expect((await admin.console.get(membersOf(workspace))).status).toBe(200);

    const answer = await owner.console.delete(memberOf(workspace, admin.user));

    expect(answer.status).toBe(200);
    expect(memberIn(answer)).toMatchObject({ user: { id: admin.user.id }, role: 'admin' });
    expectRefusal(await admin.console.get(membersOf(workspace)), 404, 'not_found');
    expect((await admin.console.get('/app/auth/session')).data['workspaces']).toEqual([]);
    expect(await auditLogOf(workspace)).toMatchObject([
      {
        action: 'MEMBER_REMOVED',
        actor_id: owner.user.id,
        target_id: admin.user.id,
        payload: { email: admin.user.email, role: 'admin' },
      },
    ]);
    expectRefusal(await owner.console.delete(memberOf(workspace, admin.user)), 404, 'not_found');
  });

  it.each<Role>(['admin', 'member', 'auditor'])('may be done by a member who is %s to themself', async (role) => {
    const { workspace, owner, ...staff } = await aStaff('owner', role);
    const { user, console } = (staff as Record<Role, Employed>)[role];

    expect(memberIn(await console.delete(memberOf(workspace, user))).user.id).toBe(user.id);

    expect(await roleIn(workspace, user)).toBeNull();
    expect(await roleIn(workspace, owner.user)).toBe('owner');
    expect(await auditLogOf(workspace)).toMatchObject([{ actor_id: user.id, target_id: user.id }]);
  });

  it.each<Role>(['member', 'auditor'])('may not be done by a member who is %s to anybody else', async (role) => {
    const { workspace, owner, ...staff } = await aStaff('owner', role);
    const { console } = (staff as Record<Role, Employed>)[role];
    const other = await aMember({ role: 'member', workspace });

    for (const user of [owner.user, other, await aUser()])
      expectRefusal(await console.delete(memberOf(workspace, user)), 403, 'forbidden');
    expect(await roleIn(workspace, other)).toBe('member');
  });

  it('who is the last owner is a conflict, also for the owner', async () => {
    const { workspace, owner } = await aStaff('owner', 'admin');

    expectRefusal(await owner.console.delete(memberOf(workspace, owner.user)), 409, 'conflict');
    expect(await roleIn(workspace, owner.user)).toBe('owner');

    await aMember({ role: 'owner', workspace });
    expect((await owner.console.delete(memberOf(workspace, owner.user))).status).toBe(200);
  });
});

describe('each change', () => {
  type Change = (
    console: Console,
    workspace: TestWorkspace,
    user: TestUser,
    options?: { headers: Record<string, string> },
  ) => Promise<Answer>;
  const changes: [string, Change][] = [
    ['adding', (by, at, _who, options) => by.post(membersOf(at), { email: 'x@y.test', role: 'member' }, options)],
    ['changing', (by, at, who, options) => by.patch(memberOf(at, who), { role: 'auditor' }, options)],
    ['removing', (by, at, who, options) => by.delete(memberOf(at, who), options)],
  ];

  it.each(changes)('(%s) needs a second factor that was proven within 300 s', async (_what, change) => {
    const { workspace, owner, member } = await aStaff('owner', 'member');

    for (const age of [null, 301, -5])
      expectRefusal(await change(await at(owner.user, age), workspace, member.user), 401, 'mfa_required');
    expect(await roleIn(workspace, member.user)).toBe('member');
    expect((await change(await at(owner.user, 298), workspace, member.user)).status).toBeLessThan(300);
  });

  it.each(changes)('(%s) needs somebody who has a second factor', async (_what, change) => {
    const { workspace, member } = await aStaff('owner', 'member');
    const bare = await aMember({ role: 'owner', workspace, hasTotp: false });
    const answer = await change(await at(bare, null), workspace, member.user);
    expectRefusal(answer, 403, 'mfa_enrollment_required');
  });

  it.each(changes)('(%s) is refused without a session, and from another site', async (_what, change) => {
    const { workspace, owner, member } = await aStaff('owner', 'member');
    expectRefusal(await change(api.console(), workspace, member.user), 401, 'session_required');
    const headers = { Origin: 'https://evil.example' };
    expectRefusal(await change(owner.console, workspace, member.user, { headers }), 403, 'csrf');
  });
});
