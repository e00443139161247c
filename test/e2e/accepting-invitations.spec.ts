import { acceptedInvitationData, invitationPreviewData, sessionData, signUpData } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { administerRows } from '../support/administer-rows.js';
import { auditLogOf } from '../support/audit-log-of.js';
import { arrange } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { aUser, type Console } from '../support/console.js';
import {
  accept,
  anAccountOf,
  anAdministered,
  anInvitation,
  expectWorthless,
  invitationsOf,
  lookUp,
  openInvitations,
  unknownSecret,
} from '../support/invitations.js';
import { roleIn } from '../support/role-in.js';
import { useApi } from '../support/use-api.js';

const api = useApi();

function expectRefusal(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.error.code]).toEqual([status, code]);
}

describe('looking at an invitation', () => {
  it('tells whoever has the link what it is for, and nothing more', async () => {
    const by = await anAdministered(api);
    const { email, secret } = await anInvitation(by, { role: 'auditor' });

    const answer = await lookUp(api, secret);

    expect(answer.status).toBe(200);
    const preview = invitationPreviewData.parse(answer.data);
    expect(preview).toMatchObject({ workspace: { name: 'Acme' }, email, role: 'auditor' });
    expect(answer.text).not.toContain(by.workspace.id);
  });

  it.each([
    ['nothing', ''],
    ['something else', 'not a secret'],
    ['a secret that there is not', unknownSecret()],
    ['10 KB', 'x'.repeat(10_240)],
    ['SQL', "' or 1=1 --"],
  ])('answers %s with the 404 of what there is not', async (_what, secret) => {
    await expectWorthless(api, secret, await api.console().enter(await aUser()));
  });

  it('finds nothing when the secret names another workspace', async () => {
    const [ours, theirs] = [await anAdministered(api), await anAdministered(api)];
    const [{ secret, email }, other] = [await anInvitation(ours), await anInvitation(theirs)];
    const moved = `${other.secret.split('.')[0]}.${secret.split('.')[1]}`;
    await expectWorthless(api, moved, (await anAccountOf(api, email)).console);
  });

  it.each([[{}], [{ secret: 1 }], [{ secret: { not: null } }], [{ secret: 'x', email: 'y' }]])(
    'refuses %j',
    async (body) => {
      expectRefusal(await api.console().post('/app/invitations/lookup', body), 400, 'invalid_request');
    },
  );

  it('is limited for each address', async () => {
    const console = api.console({ address: '203.0.113.77' });
    const statuses: number[] = [];
    for (let count = 0; count < 100 && !statuses.includes(429); count++)
      statuses.push((await console.post('/app/invitations/lookup', { secret: unknownSecret() })).status);

    expect(statuses.at(-1)).toBe(429);
    expect(statuses.length).toBeGreaterThan(50);
    const answer = await console.post('/app/invitations/lookup', { secret: unknownSecret() });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    const elsewhere = api.console({ address: '203.0.113.78' });
    expect((await elsewhere.post('/app/invitations/lookup', { secret: unknownSecret() })).status).toBe(404);
  });

  it('needs the header against other sites', async () => {
    const answer = await api
      .console()
      .post('/app/invitations/lookup', { secret: '' }, { headers: { 'X-CalKeep-Csrf': '' } });
    expectRefusal(answer, 403, 'csrf');
  });
});

describe('accepting an invitation', () => {
  it('makes a member of who is signed in with the address, in whatever case it is written', async () => {
    const by = await anAdministered(api);
    const { id, email, secret } = await anInvitation(by, { role: 'admin' });
    const guest = await anAccountOf(api, email.toUpperCase());

    const answer = await accept(guest.console, secret);

    expect(answer.status).toBe(200);
    expect(acceptedInvitationData.parse(answer.data)).toEqual({
      workspace: { id: by.workspace.id, name: 'Acme', plan: 'business', role: 'admin' },
    });
    expect((await guest.console.get(invitationsOf(by.workspace))).status).toBe(200);
    expect(await openInvitations(by)).toEqual([]);
    expect((await auditLogOf(by.workspace)).at(-1)).toMatchObject({
      action: 'MEMBER_ADDED',
      actor_id: guest.user.id,
      target_id: guest.user.id,
      payload: { role: 'admin', invitationId: id, invitedBy: by.admin.id },
    });
  });

  it('works once', async () => {
    const by = await anAdministered(api);
    const { email, secret } = await anInvitation(by);
    const guest = await anAccountOf(api, email);
    expect((await accept(guest.console, secret)).status).toBe(200);

    await expectWorthless(api, secret, guest.console);
    expect((await auditLogOf(by.workspace)).filter(({ action }) => action === 'MEMBER_ADDED')).toHaveLength(1);
  });

  it('does not work once it has expired', async () => {
    const by = await anAdministered(api);
    const { email, secret } = await anInvitation(by);
    const guest = await anAccountOf(api, email);
    await administerRows('update invitations set expires_at = now() where email = $1', [email]);

    await expectWorthless(api, secret, guest.console);
    expect(await roleIn(by.workspace, guest.user)).toBeNull();
  });

  it('is refused for another address, and stays open for the right one', async () => {
    const by = await anAdministered(api);
    const { email, secret } = await anInvitation(by);
    const other = await aUser();

    const refused = await accept(await api.console().enter(other), secret);

    expectRefusal(refused, 403, 'forbidden');
    expect(refused.text).not.toContain(email);
    expect(await roleIn(by.workspace, other)).toBeNull();
    expect((await accept((await anAccountOf(api, email)).console, secret)).status).toBe(200);
  });

  it('needs a session that is complete', async () => {
    const by = await anAdministered(api);
    const { email, secret } = await anInvitation(by);
    const { user } = await anAccountOf(api, email);

    expectRefusal(await accept(api.console(), secret), 401, 'session_required');
    const pending = await api.console().enter(user, { isPending: true, mfaAgeSeconds: null });
    expectRefusal(await accept(pending, secret), 401, 'mfa_required');
    expect(await roleIn(by.workspace, user)).toBeNull();
  });

  it.each([[{}], [{ secret: null }], [{ secret: 'x', role: 'owner' }]])('refuses %j', async (body) => {
    const console = await api.console().enter(await aUser());
    expectRefusal(await console.post('/app/invitations/accept', body), 400, 'invalid_request');
  });
});

describe('signing up by an invitation', () => {
  const password = 'a heron on the roof';
  const signUp = (console: Console, body: Record<string, unknown>) =>
    console.post('/app/invitations/sign-up', { name: 'Bo Lindqvist', password, ...body });

  it('creates a person in the workspace that invited them and in no other, and signs them in', async () => {
    const by = await anAdministered(api);
    const { id, email, secret } = await anInvitation(by, { role: 'auditor' });
    const guest = api.console();

    const answer = await signUp(guest, { secret });

    expect(answer.status).toBe(201);
    const { user, workspace } = signUpData.parse(answer.data);
    expect(user).toMatchObject({ email, name: 'Bo Lindqvist' });
    expect(workspace).toEqual({ id: by.workspace.id, name: 'Acme', slug: 'acme', plan: 'business', role: 'auditor' });
    const session = sessionData.parse((await guest.get('/app/auth/session')).data);
    expect(session.user).toEqual(user);
    expect(session.workspaces).toMatchObject([{ id: by.workspace.id, role: 'auditor' }]);
    expect((await auditLogOf(by.workspace)).slice(1)).toMatchObject([
      { action: 'MEMBER_ADDED', actor_id: user.id, payload: { invitationId: id, invitedBy: by.admin.id } },
      { action: 'SIGN_IN_SUCCEEDED', actor_id: user.id },
    ]);
    await expectWorthless(api, secret, guest);
    const again = await api.console().post('/app/auth/sign-in', { email, password });
    expect(again.status).toBe(200);
  });

  it('of who has an account by now is a conflict, and leaves the invitation open', async () => {
    const by = await anAdministered(api);
    const { email, secret } = await anInvitation(by);
    const { console } = await anAccountOf(api, email);

    expectRefusal(await signUp(api.console(), { secret }), 409, 'conflict');
    expect((await accept(console, secret)).status).toBe(200);
  });

  it('needs a secret that is good', async () => {
    const by = await anAdministered(api);
    const { email, id, secret } = await anInvitation(by);
    await by.console.delete(`${invitationsOf(by.workspace)}/${id}`);

    for (const candidate of [secret, unknownSecret(), 'x', ''])
      expectRefusal(await signUp(api.console(), { secret: candidate }), 404, 'not_found');
    expectRefusal(await api.console().post('/app/auth/sign-in', { email, password }), 401, 'invalid_credentials');
  });

  it('needs a good password, and keeps the invitation until there is one', async () => {
    const by = await anAdministered(api);
    const { email, secret } = await anInvitation(by);

    for (const weak of ['short', 'password1234', email, null])
      expectRefusal(await signUp(api.console(), { secret, password: weak }), 400, 'invalid_request');
    expectRefusal(await signUp(api.console(), { secret, email: 'else@acme.test' }), 400, 'invalid_request');
    expect((await signUp(api.console(), { secret })).status).toBe(201);
  });

  it('twice at once makes one person', async () => {
    const by = await anAdministered(api);
    const { email, secret } = await anInvitation(by);

    const answers = await Promise.all(Array.from({ length: 4 }, () => signUp(api.console(), { secret })));

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(201);
    for (const status of statuses.slice(1)) expect([404, 409]).toContain(status);
    expect((await auditLogOf(by.workspace)).filter(({ action }) => action === 'MEMBER_ADDED')).toHaveLength(1);
    const { rows } = await arrange('', (client) =>
      client.query('select id from users where lower(email) = lower($1)', [email]),
    );
    expect(rows).toHaveLength(1);
  });
});
