import { newId, ownSessionsData, profileData, sessionData, toPublicId } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { auditLogOf } from '../support/audit-log-of.js';
import { arrange, aWorkspace } from '../support/builders.js';
import { aMember, aMembership, aSession, aUser, type Console, type TestUser } from '../support/console.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const other = useApi();

/** The same browser at another process. */
function elsewhere({ cookie }: Console): Console {
  const console = other.console();
  console.cookie = cookie;
  return console;
}

const isOpen = async (console: Console) => (await console.get('/app/auth/session')).status === 200;

async function enter(user: TestUser): Promise<Console> {
  return api.console().enter(user);
}

describe('a session', () => {
  it('tells the person, all their workspaces with their roles and plans, and how long the second factor counts', async () => {
    const user = await aUser();
    const [acme, globex] = [await aWorkspace(), await aWorkspace({ name: 'Globex', plan: 'enterprise' })];
    await aMembership(acme, user, 'owner');
    await aMembership(globex, user, 'auditor');
    await aMembership(await aWorkspace({ name: 'Initech' }), await aUser(), 'owner');

    const data = sessionData.parse((await (await enter(user)).get('/app/auth/session')).data);

    expect(data.user).toEqual({ id: user.id, email: user.email, name: user.name });
    expect(data.workspaces).toEqual([
      { id: acme.id, name: 'Acme', plan: 'business', role: 'owner' },
      { id: globex.id, name: 'Globex', plan: 'enterprise', role: 'auditor' },
    ]);
    expect(data.mfa).toMatchObject({ enrolled: true, required: false, methods: ['totp'] });
    const { verifiedAt, validUntil } = data.mfa;
    expect(Date.parse(validUntil ?? '') - Date.parse(verifiedAt ?? '')).toBe(300_000);
  });

  it('of a person in forty workspaces tells each of them', async () => {
    const user = await aUser();
    for (let index = 0; index < 40; index++) await aMembership(await aWorkspace(), user, 'member');
    const { workspaces } = sessionData.parse((await (await enter(user)).get('/app/auth/session')).data);
    expect(new Set(workspaces.map(({ id }) => id)).size).toBe(40);
  });

  it('no longer tells of a workspace that the person has left', async () => {
    const member = await aMember();
    const console = await enter(member);
    await arrange(member.workspace.uuid, (client) => client.query('delete from memberships'));
    expect((await console.get('/app/auth/session')).data['workspaces']).toEqual([]);
  });
});

describe('signing out', () => {
  it('ends the session on every process at once, and takes the cookie away', async () => {
    const console = await enter(await aUser());
    const copy = elsewhere(console);
    const stolen = elsewhere(console);
    expect(await isOpen(stolen)).toBe(true);

    const answer = await console.post('/app/auth/sign-out');

    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers['set-cookie']).toEqual([
      'calkeep_session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
    ]);
    expect(await isOpen(copy)).toBe(false);
    expect((await stolen.get('/app/auth/session')).error.code).toBe('session_required');
  });

  it('works without a body, in a pending session too, and leaves the other sessions alone', async () => {
    const user = await aUser();
    const remaining = await enter(user);
    const pending = await api.console().enter(user, { isPending: true, mfaAgeSeconds: null });
    expect((await pending.call('POST', '/app/auth/sign-out')).status).toBe(204);
    expect(await isOpen(remaining)).toBe(true);
  });
});

describe('the list of one’s own sessions', () => {
  it('shows where each was opened and which is this one, and none that is over or somebody else’s', async () => {
    const user = await aUser({ hasTotp: false });
    const headers = { 'User-Agent': 'Firefox/150' };
    const console = api.console({ address: '2001:db8::7' });
    await console.post('/app/auth/sign-in', { email: user.email, password: user.password }, { headers });
    const older = await aSession(user);
    const over = await aSession(user);
    await arrange('', (client) => client.query('update sessions set expires_at = now() where id = $1', [over.uuid]));
    await aSession(await aUser());

    const { sessions } = ownSessionsData.parse((await console.get('/app/auth/sessions')).data);

    expect(sessions).toHaveLength(2);
    expect(sessions.find(({ isCurrent }) => isCurrent)).toMatchObject({
      ip: '2001:db8::7',
      userAgent: 'Firefox/150',
      isPending: false,
      mfaVerifiedAt: null,
    });
    expect(sessions.find(({ isCurrent }) => !isCurrent)).toMatchObject({
      id: toPublicId('session', older.uuid),
      mfaVerifiedAt: expect.any(String),
    });
  });

  it('takes no query', async () => {
    expect((await (await enter(await aUser())).get('/app/auth/sessions?page=1')).status).toBe(400);
  });
});

describe('ending one’s own session', () => {
  it('refuses it on every process from the answer on, and is told in the audit log', async () => {
    const member = await aMember();
    const console = await enter(member);
    const lost = await aSession(member);
    const thief = other.console();
    thief.cookie = lost.cookie;
    expect(await isOpen(thief)).toBe(true);
    const id = toPublicId('session', lost.uuid);

    expect((await console.delete(`/app/auth/sessions/${id}`)).status).toBe(204);

    expect(await isOpen(thief)).toBe(false);
    expect(await isOpen(console)).toBe(true);
    expect(await auditLogOf(member.workspace)).toMatchObject([
      { action: 'SESSION_REVOKED', actor_id: member.id, target_type: 'session', target_id: id },
    ]);
  });

  it('answers another person’s, and what is no id, as one that never was', async () => {
    const member = await aMember();
    const console = await enter(member);
    const foreign = await aUser();
    const theirs = await aSession(foreign);
    const ended = newId('session');
    const refusalOf = async (id: string) => {
      const answer = await console.delete(`/app/auth/sessions/${id}`);
      return [answer.status, answer.text.replaceAll(answer.error.requestId, '')];
    };

    const unknown = await refusalOf(ended);

    expect(unknown[0]).toBe(404);
    for (const id of [toPublicId('session', theirs.uuid), theirs.uuid, 'x', newId('user'), '%27or%201=1'])
      expect(await refusalOf(id)).toEqual(unknown);
    const thief = api.console();
    thief.cookie = theirs.cookie;
    expect(await isOpen(thief)).toBe(true);
    expect(await auditLogOf(member.workspace)).toEqual([]);
  });

  it('may be all others at once: this one stays, and so do everybody else’s', async () => {
    const member = await aMember();
    const console = await enter(member);
    const others = [await enter(member), await enter(member), elsewhere(await enter(member))];
    const bystander = await enter(await aUser());

    expect((await console.delete('/app/auth/sessions')).status).toBe(204);

    expect(await Promise.all(others.map(isOpen))).toEqual([false, false, false]);
    expect([await isOpen(console), await isOpen(bystander)]).toEqual([true, true]);
    expect(await auditLogOf(member.workspace)).toMatchObject([
      { action: 'SESSION_REVOKED', target_id: null, payload: { sessionsEnded: 3 } },
    ]);
  });
});

describe('one’s own name', () => {
  it('can be changed, and nothing else', async () => {
    const user = await aUser();
    const console = await enter(user);

    const answer = await console.patch('/app/auth/profile', { name: ' Ada Lovelace ' });

    expect(answer.status).toBe(200);
    expect(profileData.parse(answer.data)).toEqual({ user: { id: user.id, email: user.email, name: 'Ada Lovelace' } });
    expect((await console.get('/app/auth/session')).data['user']).toMatchObject({ name: 'Ada Lovelace' });
  });

  it.each([{}, { name: '' }, { name: null }, { name: 'Ada', email: 'eve@acme.test' }, { name: 'a'.repeat(201) }])(
    'is not changed by %j',
    async (body) => {
      const user = await aUser();
      const console = await enter(user);
      expect((await console.patch('/app/auth/profile', body)).status).toBe(400);
      expect((await console.get('/app/auth/session')).data['user']).toMatchObject({ name: user.name });
    },
  );
});
