import { newId, type Role } from '@calkeep/contract';
import { describe, expect, it } from 'vitest';
import { isRecent } from '../../apps/api/src/http/admit-session.js';
import type { SessionAccess } from '../../apps/api/src/http/access.js';
import { administerRows } from '../support/administer-rows.js';
import { aToken, aWorkspace } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { aMember, aSession, aUser, type Console, type TestUser } from '../support/console.js';
import { registeredRoutes, type RegisteredRoute } from '../support/registered-routes.js';
import { useApi } from '../support/use-api.js';

const api = useApi();
const other = useApi();

type AppRoute = RegisteredRoute & { access: SessionAccess };

const routes = await registeredRoutes();
const appRoutes = routes.filter((route): route is AppRoute => route.access.kind === 'session');
const needing = (...stages: SessionAccess['stage'][]) =>
  appRoutes.filter(({ access }) => stages.includes(access.stage));
const changing = appRoutes.filter(({ method }) => method !== 'GET');

/** A path of the route with ids in it, those of nothing but the workspace. */
function pathOf({ path }: RegisteredRoute, workspaceId = newId('workspace')): string {
  return path.replace(':ws', workspaceId).replaceAll(/:\w+/g, newId('apiToken'));
}

const isOpen = async (console: Console) => (await console.get('/app/auth/session')).status === 200;

const refusalOf = ({ status, error }: Answer) => [status, error.code];

it('has routes to guard', () => {
  expect(needing('complete').length).toBeGreaterThan(4);
  expect(changing.length).toBeGreaterThan(4);
});

describe('a call that another site may have made', () => {
  it.each<[string, Record<string, string>]>([
    ['without the header', { 'X-CalKeep-Csrf': '' }],
    ['with another value of it', { 'X-CalKeep-Csrf': 'true' }],
    ['of a page without an origin', { Origin: 'null' }],
    ['of another site', { Origin: 'https://evil.test' }],
    ['of another port', { Origin: 'http://localhost:1' }],
    ['of a site whose name begins as ours', { Origin: 'http://localhost:0.evil.test' }],
  ])('%s is refused before its session and its body are looked at', async (_what, headers) => {
    const user = await aUser({ hasTotp: false });
    const console = await api.console().enter(user, { mfaAgeSeconds: null });
    const signedOut = api.console();
    const broken = { method: 'POST', body: '{', headers: { 'X-CalKeep-Csrf': '1', ...headers } };
    const form = { ...headers, 'Content-Type': 'text/plain' };

    expect(refusalOf(await console.post('/app/auth/sign-out', {}, { headers }))).toEqual([403, 'csrf']);
    expect(refusalOf(await signedOut.post('/app/auth/sign-out', {}, { headers }))).toEqual([403, 'csrf']);
    expect(refusalOf(await signedOut.post('/app/auth/sign-in', {}, { headers: form }))).toEqual([403, 'csrf']);
    expect(refusalOf(await api.call('/app/auth/sign-in', broken))).toEqual([403, 'csrf']);
    const { email, password } = user;
    const signIn = await signedOut.post('/app/auth/sign-in', { email, password }, { headers });
    expect([...refusalOf(signIn), signIn.headers['set-cookie']]).toEqual([403, 'csrf', undefined]);
    expect(await isOpen(console)).toBe(true);
  });

  it.each(changing)('is refused on $method $path', async (route) => {
    const console = api.console();
    const headers = { 'X-CalKeep-Csrf': '' };
    const answer = await console.call(route.method, pathOf(route), { json: {}, headers });
    expect(refusalOf(answer)).toEqual([403, 'csrf']);
  });

  it('is none from our own page, under the address that the browser knows', async () => {
    for (const headers of [{ Origin: api.process.baseUrl }, { Origin: 'http://localhost:0' }]) {
      const console = await api.console().enter(await aUser());
      expect((await console.post('/app/auth/sign-out', {}, { headers })).status).toBe(204);
    }
  });
});

describe('without a session', () => {
  it.each(needing('pending', 'complete'))('$method $path asks to sign in', async (route) => {
    for (const cookie of [
      null,
      'calkeep_session=',
      'calkeep_session=x',
      `calkeep_session=${'a'.repeat(43)}`,
      'a;b;=;',
    ]) {
      const console = api.console();
      console.cookie = cookie;
      expect(refusalOf(await console.call(route.method, pathOf(route)))).toEqual([401, 'session_required']);
    }
  });
});

describe('with a pending session', () => {
  let pending: { console: Console; workspaceId: string } | undefined;

  it.each(needing('complete'))('$method $path asks for the second factor', async (route) => {
    pending ??= await aPendingConsole('owner');
    const answer = await pending.console.call(route.method, pathOf(route, pending.workspaceId));
    expect(refusalOf(answer)).toEqual([401, 'mfa_required']);
    expect(answer.error.details).toEqual({ maxAgeSeconds: 300, methods: ['totp'] });
    expect(answer.headers['www-authenticate']).toMatch(/error="insufficient_user_authentication".*max_age=300/);
  });

  async function aPendingConsole(role: Role) {
    const member = await aMember({ role });
    const console = await api.console().enter(member, { isPending: true, mfaAgeSeconds: null });
    return { console, workspaceId: member.workspace.id };
  }
});

describe('a credential of the other surface', () => {
  it('opens nothing: no token a route of the app API', async () => {
    const { secret, workspace } = await aToken();
    for (const route of needing('pending', 'complete')) {
      const answer = await api.console().call(route.method, pathOf(route, workspace.id), { token: secret });
      expect(refusalOf(answer), `${route.method} ${route.path}`).toEqual([401, 'session_required']);
    }
  });

  it('opens nothing: no session a route of the public API', async () => {
    const console = await api.console().enter(await aMember());
    for (const route of routes.filter(({ access }) => access.kind === 'token')) {
      const answer = await console.call(route.method, pathOf(route));
      expect(refusalOf(answer), `${route.method} ${route.path}`).toEqual([401, 'invalid_token']);
    }
  });
});

describe('the id of a session', () => {
  it('that was set beforehand is not the one that a sign-in opens, and opens nothing', async () => {
    const user = await aUser({ hasTotp: false });
    const console = api.console();
    console.cookie = `calkeep_session=${'A'.repeat(43)}`;
    const fixed = console.cookie;

    await console.signIn(user);

    expect(console.cookie).not.toBe(fixed);
    expect(await isOpen(console)).toBe(true);
    console.cookie = fixed;
    expect(await isOpen(console)).toBe(false);
  });

  it.each(['sign-in', 'sign-up'])('that the browser had before a %s is refused on every process', async (way) => {
    const [user, before] = [await aUser({ hasTotp: false }), await aUser()];
    const console = await api.console().enter(before);
    const copy = other.console();
    copy.cookie = console.cookie;
    expect(await isOpen(copy)).toBe(true);

    if (way === 'sign-in') await console.signIn(user);
    else await signUp(console);

    expect(await isOpen(console)).toBe(true);
    expect(await isOpen(copy)).toBe(false);
  });

  it('stays when somebody fails to sign in', async () => {
    const console = await api.console().enter(await aUser());
    expect((await console.post('/app/auth/sign-in', { email: 'x@acme.test', password: 'x' })).status).toBe(401);
    expect(await isOpen(console)).toBe(true);
  });
});

describe('a session is over', () => {
  it.each([
    ['at its end, however busy', `expires_at = now()`],
    ['after twelve hours without a request', `last_seen_at = now() - interval '12 hours 1 second'`],
  ])('%s', async (_when, change) => {
    const user = await aUser();
    const { uuid, cookie } = await aSession(user);
    const console = api.console();
    console.cookie = cookie;
    expect(await isOpen(console)).toBe(true);
    await administerRows(`update sessions set ${change} where id = $1`, [uuid]);
    expect(refusalOf(await console.get('/app/auth/session'))).toEqual([401, 'session_required']);
    expect(refusalOf(await console.get('/app/auth/sessions'))).toEqual([401, 'session_required']);
  });

  it('not before, and a request begins the twelve hours anew', async () => {
    const { uuid, cookie } = await aSession(await aUser());
    const console = api.console();
    console.cookie = cookie;
    for (let request = 0; request < 3; request++) {
      await administerRows(`update sessions set last_seen_at = now() - interval '11 hours 59 minutes' where id = $1`, [
        uuid,
      ]);
      expect(await isOpen(console)).toBe(true);
    }
    await administerRows(
      `update sessions set last_seen_at = last_seen_at - interval '11 hours 59 minutes' where id = $1`,
      [uuid],
    );
    expect(await isOpen(console)).toBe(true);
  });

  it('and is gone from the database with the next sign-in of its person', async () => {
    const user = await aUser({ hasTotp: false });
    const { uuid } = await aSession(user);
    await administerRows('update sessions set expires_at = now() where id = $1', [uuid]);
    await api.console().signIn(user);
    // Moved into the future again it would open, if it were there.
    await administerRows(`update sessions set expires_at = now() + interval '1 day' where id = $1`, [uuid]);
    const { data } = await (await api.console().enter(user)).get('/app/auth/sessions');
    expect(data['sessions']).toHaveLength(2);
  });
});

describe('the proof of a second factor', () => {
  it('is recent for 300 seconds, that one included, and not before it was given', () => {
    expect([0, 299_999, 300_000].map(isRecent)).toEqual([true, true, true]);
    expect([300_001, -1, Number.NaN, null, undefined].map(isRecent)).toEqual([false, false, false, false, false]);
  });

  it.each<[string, number | null, number]>([
    ['was just given', 0, 200],
    ['is 290 seconds old', 290, 200],
    ['is 301 seconds old', 301, 401],
    ['is yet to come', -60, 401],
    ['was never given', null, 401],
  ])('that %s is judged by the server’s clock', async (_when, mfaAgeSeconds, status) => {
    const user = await aUser();
    const answer = await changePassword(await api.console().enter(user, { mfaAgeSeconds }), user);
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.error.code).toBe('mfa_required');
  });

  it('counts in the session in which it was given and in no other of the person', async () => {
    const user = await aUser();
    await aSession(user, { mfaAgeSeconds: 0 });
    const answer = await changePassword(await api.console().enter(user, { mfaAgeSeconds: null }), user);
    expect(refusalOf(answer)).toEqual([401, 'mfa_required']);
  });

  it('is asked for before the body is looked at', async () => {
    const console = await api.console().enter(await aUser(), { mfaAgeSeconds: 301 });
    expect(refusalOf(await console.post('/app/auth/password', { nonsense: true }))).toEqual([401, 'mfa_required']);
  });
});

function changePassword(console: Console, { password }: TestUser): Promise<Answer> {
  return console.post('/app/auth/password', { currentPassword: password, newPassword: 'a heron on the roof' });
}

async function signUp(console: Console): Promise<Answer> {
  const workspace = await aWorkspace();
  const body = {
    email: `${workspace.uuid}@acme.test`,
    password: 'a heron on the roof',
    name: 'Ada',
    workspaceName: 'Acme',
  };
  return console.post('/app/auth/sign-up', body);
}
