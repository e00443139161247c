import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aUser, type Console, type TestUser } from '../support/console.js';
import { useApi } from '../support/use-api.js';

const api = useApi({ env: { LOG_LEVEL: 'trace' } });
const exposed = useApi({ env: { TRUSTED_PROXIES: '' } });

const https = { 'X-Forwarded-Proto': 'https' };

async function cookieOf(console: Console, user: TestUser, headers: Record<string, string>): Promise<string> {
  const { email, password } = user;
  const answer = await console.post('/app/auth/sign-in', { email, password }, { headers });
  expect(answer.status).toBe(200);
  return String(answer.headers['set-cookie']);
}

describe('the session’s cookie', () => {
  it('is kept from scripts and other sites, and on HTTPS from every other host and from HTTP', async () => {
    const user = await aUser({ hasTotp: false });
    const common = /Path=\/; Expires=[^;]+ GMT; HttpOnly;/;

    const plain = await cookieOf(api.console(), user, {});
    const secure = await cookieOf(api.console(), user, https);

    expect(plain).toMatch(/^calkeep_session=[\w-]{43}; /);
    expect(plain).toMatch(common);
    expect(plain.endsWith('SameSite=Lax')).toBe(true);
    expect(plain).not.toMatch(/Secure|Domain/);
    expect(secure).toMatch(/^__Host-calkeep_session=[\w-]{43}; /);
    expect(secure).toMatch(common);
    expect(secure).toMatch(/; Secure(;|$)/);
    expect(secure).toMatch(/SameSite=Lax/);
    expect(secure).not.toContain('Domain');
  });

  it('opens the session under the name that belongs to the protocol alone', async () => {
    const user = await aUser({ hasTotp: false });
    const console = api.console();
    await cookieOf(console, user, https);
    expect((await console.get('/app/auth/session', { headers: https })).status).toBe(200);
    expect((await console.get('/app/auth/session')).status).toBe(401);

    console.cookie = console.cookie?.replace('__Host-', '') ?? null;
    expect((await console.get('/app/auth/session', { headers: https })).status).toBe(401);
  });

  it('is cleared under the same name, with the same attributes', async () => {
    const console = api.console();
    await cookieOf(console, await aUser({ hasTotp: false }), https);
    const answer = await console.post('/app/auth/sign-out', {}, { headers: https });
    expect(String(answer.headers['set-cookie'])).toMatch(/^__Host-calkeep_session=; Path=\/; .*1970.*Secure/);
  });

  it('does not become secure because anybody says so', async () => {
    const cookie = await cookieOf(exposed.console(), await aUser({ hasTotp: false }), https);
    expect(cookie).toMatch(/^calkeep_session=/);
    expect(cookie).not.toContain('Secure');
  });
});

describe('what is secret', () => {
  it('is in no line of the log, whatever becomes of the request', async () => {
    const canary = randomUUID();
    const user = await aUser({ hasTotp: false });
    const console = api.console();
    const cookies: string[] = [];
    const keep = () => cookies.push(console.cookie?.split('=')[1] ?? '');
    const body = { email: `${canary}@acme.test`, password: `canary ${canary}`, name: 'Ada', workspaceName: 'Acme' };

    await console.post('/app/auth/sign-up', body);
    keep();
    await console.post('/app/auth/sign-up', { ...body, nonsense: canary });
    await console.post('/app/auth/sign-in', { email: body.email, password: body.password });
    keep();
    await console.post('/app/auth/sign-in', { email: body.email, password: `wrong ${canary}` });
    await console.call('POST', '/app/auth/sign-in', { json: `${canary}` });
    await console.post(`/app/auth/sign-in?password=${canary}`, {});
    await console.post(`/app/auth/${canary}`, {});
    await console.post('/app/auth/password', { currentPassword: body.password, newPassword: `next ${canary}` });
    keep();
    await console.post('/app/auth/sign-in', { email: user.email, password: `wrong ${canary}` });
    console.cookie = `calkeep_session=${canary}`;
    await console.get('/app/auth/session');

    const logs = await api.process.settledLogs();
    expect(logs).toContain('/app/auth/password');
    expect(new Set(cookies).size).toBe(3);
    for (const secret of [canary, ...cookies]) expect(logs).not.toContain(secret);
  });
});
