import { describe, expect, it } from 'vitest';
import { auditLogOf } from '../support/audit-log-of.js';
import { aMember, aUser, type Console, type TestUser } from '../support/console.js';
import { until } from '../support/load.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const other = useApi();

const newPassword = 'a heron on the roof';
const isOpen = async (console: Console) => (await console.get('/app/auth/session')).status === 200;

function change(console: Console, user: TestUser, body: Record<string, unknown> = {}) {
  return console.post('/app/auth/password', { currentPassword: user.password, newPassword, ...body });
}

describe('a change of the password', () => {
  it('lets the new one sign in and the old one no more, and is told in the audit log', async () => {
    const member = await aMember({ hasTotp: false });
    const console = await api.console().enter(member, { mfaAgeSeconds: null });

    const answer = await change(console, member);

    expect([answer.status, answer.data]).toEqual([200, {}]);
    expect(await auditLogOf(member.workspace)).toMatchObject([
      { action: 'PASSWORD_CHANGED', actor_id: member.id, target_id: member.id, payload: { sessionsEnded: 0 } },
    ]);
    expect((await other.console().signIn(member)).status).toBe(401);
    expect((await other.console().signIn({ ...member, password: newPassword })).status).toBe(200);
  });

  it('ends every other session and this one’s old id, on every process, and keeps this session', async () => {
    const user = await aUser();
    const console = await api.console().enter(user);
    const copy = other.console();
    copy.cookie = console.cookie;
    const others = [
      await other.console().enter(user),
      await api.console().enter(user, { isPending: true, mfaAgeSeconds: null }),
    ];

    expect((await change(console, user)).status).toBe(200);

    expect(console.cookie).not.toBe(copy.cookie);
    expect(await isOpen(console)).toBe(true);
    expect(await isOpen(copy)).toBe(false);
    expect(await Promise.all(others.map(isOpen))).toEqual([false, false]);
    expect((await console.get('/app/auth/session')).data).toMatchObject({ mfa: { verifiedAt: expect.any(String) } });
  });

  it('leaves no session to a sign-in with the old password at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const user = await aUser({ hasTotp: false });
      const owner = await api.console().enter(user, { mfaAgeSeconds: null });
      const thieves = Array.from({ length: 4 }, (_, index) => (index % 2 === 0 ? api : other).console());

      await Promise.all([...thieves.map((thief) => thief.signIn(user)), change(owner, user)]);

      expect(await Promise.all(thieves.map(isOpen))).toEqual([false, false, false, false]);
      expect(await isOpen(owner)).toBe(true);
    }
  });

  it('needs the current password, and a wrong one changes nothing and is told in the audit log', async () => {
    const member = await aMember();
    const console = await api.console().enter(member);
    const cookie = console.cookie;

    const answer = await change(console, member, { currentPassword: 'not the heron' });

    expect([answer.status, answer.error.code]).toEqual([401, 'invalid_credentials']);
    expect(console.cookie).toBe(cookie);
    expect(await isOpen(console)).toBe(true);
    expect((await api.console().signIn({ ...member, totpSecret: null })).status).toBe(200);
    await until(async () => (await auditLogOf(member.workspace)).length > 0, 10_000);
    expect(await auditLogOf(member.workspace)).toMatchObject([
      { action: 'STEP_UP_FAILED', actor_id: member.id, payload: { method: 'password' } },
    ]);
  });

  it('is limited in its guesses as sign-in is, and shares their count', async () => {
    const user = await aUser({ hasTotp: false });
    const console = await api.console({ address: '192.0.2.44' }).enter(user, { mfaAgeSeconds: null });
    for (let guess = 0; guess < 10; guess++)
      expect((await change(console, user, { currentPassword: 'not the heron' })).status).toBe(401);

    const limited = await change(console, user);

    expect([limited.status, limited.error.code]).toEqual([429, 'rate_limited']);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await api.console({ address: '192.0.2.44' }).signIn(user)).status).toBe(429);
    expect((await api.console().signIn(user)).status).toBe(200);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['too short', { newPassword: 'heron' }, 'newPassword', 'too_short'],
    ['common', { newPassword: 'qwerty123456' }, 'newPassword', 'common'],
    ['the person’s own name', { newPassword: 'ada.whitfield-2026' }, 'newPassword', 'common'],
    ['not there', { newPassword: undefined }, 'newPassword', 'invalid_type'],
    ['beside another field', { userId: 'usr_x' }, 'userId', 'unknown_field'],
  ])('to one that is %s is refused with what is wrong of it', async (_what, body, path, code) => {
    const user = await aUser();
    const answer = await change(await api.console().enter(user), user, body);
    expect([answer.status, answer.error.details]).toEqual([400, [{ path, code, message: expect.any(String) }]]);
  });
});
