import { randomBytes } from 'node:crypto';
import { errorCatalogue, newUuid, type ErrorCode } from '@calkeep/contract';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { startApi } from '../support/api-process.js';
import { administerRows } from '../support/administer-rows.js';
import { aContact, aToken, aWorkspace, type TestToken } from '../support/builders.js';
import { callerOf, type Answer } from '../support/client.js';
import { aMember } from '../support/console.js';
import { openRaw, parseRaw, sendRaw } from '../support/raw-http.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { totpOf } from '../support/totp-of.js';
import { useApi } from '../support/use-api.js';
import { serviceUrl } from '../support/service-url.js';

const api = useApi();

type Told = Pick<Answer, 'status'> & { error: { code: string } };

const contacts = '/api/v1/contacts';
const me = '/api/v1/me';

async function get(path: string, options: Parameters<typeof aToken>[0] = {}): Promise<Answer> {
  return api.call(path, { token: (await aToken(options)).secret });
}

function post(token: TestToken, body: object, headers: Record<string, string> = {}): Promise<Answer> {
  return api.call(contacts, { method: 'POST', token: token.secret, body: JSON.stringify(body), headers });
}

/** One call for each code of the catalogue that is answered with it. A new code has to be added here to compile. */
const provoked: Record<ErrorCode, () => Promise<Told>> = {
  invalid_request: () => get(`${contacts}?limit=0`),
  invalid_token: () => api.call(me),
  invalid_credentials: () =>
    api.console().post('/app/auth/sign-in', { email: 'nobody@acme.test', password: 'not the password' }),
  invalid_code: async () => {
    const user = await aMember();
    const console = await api.console().enter(user, { mfaAgeSeconds: null, isPending: true });
    return console.post('/app/auth/mfa/totp/verify', { code: '000000' });
  },
  session_required: () => api.console().get('/app/auth/sessions'),
  mfa_required: async () => {
    const user = await aMember();
    return (await api.console().enter(user, { isPending: true, mfaAgeSeconds: null })).get('/app/auth/sessions');
  },
  csrf: () => api.call('/app/auth/sign-in', { method: 'POST', body: '{}' }),
  forbidden: async () => {
    const { workspace, ...user } = await aMember({ role: 'member' });
    return (await api.console().enter(user)).get(`/app/workspaces/${workspace.id}/api-tokens`);
  },
  mfa_enrollment_required: async () => {
    const { workspace, ...user } = await aMember({ hasTotp: false });
    const console = await api.console().enter(user, { mfaAgeSeconds: null });
    return console.post(`/app/workspaces/${workspace.id}/api-tokens`, { label: 'x', scopes: ['contacts:read'] });
  },
  insufficient_scope: () => get(contacts, { scopes: ['tasks:read'] }),
  plan_not_eligible: async () => get(me, { workspace: await aWorkspace({ plan: 'free' }) }),
  ip_not_allowed: () => get(me, { ipAllowlist: ['192.0.2.0/24'] }),
  not_found: () => get(`${contacts}/con_nowhere`),
  method_not_allowed: () => api.call(me, { method: 'PUT' }),
  request_timeout: async () => {
    const { socket, received } = openRaw(api.process.baseUrl);
    socket.write('GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n');
    return parseRaw(await received);
  },
  conflict: async () => {
    const token = await aToken();
    await aContact(token.workspace, { email: 'ada@example.com' });
    return post(token, { email: 'ADA@example.com' });
  },
  idempotency_in_progress: async () => {
    const token = await aToken({ workspace: await aWorkspace({ plan: 'enterprise' }) });
    const held = await holdEmail(token, 'ada@example.com');
    const send = () => post(token, { email: 'ada@example.com' }, { 'Idempotency-Key': 'once' });
    const first = send();
    // The first waits for whoever holds the address; which of the two that is does not matter.
    const told = await Promise.race([first, held.waited().then(send)]);
    await held.release();
    await first;
    return told;
  },
  idempotency_key_reused: async () => {
    const token = await aToken();
    await post(token, { firstName: 'Ada' }, { 'Idempotency-Key': 'once' });
    return post(token, { firstName: 'Bob' }, { 'Idempotency-Key': 'once' });
  },
  precondition_failed: async () => {
    const token = await aToken();
    const path = `${contacts}/${await aContact(token.workspace)}`;
    const headers = { 'If-Match': '"another"' };
    return api.call(path, { method: 'PATCH', token: token.secret, body: '{"title":"x"}', headers });
  },
  payload_too_large: async () => post(await aToken(), { notes: 'x'.repeat(300_000) }),
  uri_too_long: () => get(`${contacts}?q=${'x'.repeat(9_000)}`),
  unsupported_media_type: async () => post(await aToken(), {}, { 'Content-Type': 'text/plain' }),
  rate_limited: async () => {
    const { secret } = await aToken({ quota: { requests: 1, windowSeconds: 60 } });
    await api.call(me, { token: secret });
    return api.call(me, { token: secret });
  },
  quota_exceeded: async () => {
    const customFields = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`field${index}`, 1]));
    return post(await aToken(), { firstName: 'Ada', customFields });
  },
  headers_too_large: () =>
    sendRaw(api.process.baseUrl, `GET ${me} HTTP/1.1`, 'Host: localhost', `X-Long: ${'x'.repeat(17_000)}`, '', ''),
  internal_error: async () => {
    const user = await aMember();
    // Nothing of ours sealed this.
    await administerRows('update user_totp_factors set secret_sealed = $2 where user_id = $1', [
      user.uuid,
      randomBytes(60),
    ]);
    const console = await api.console().enter(user, { mfaAgeSeconds: null, isPending: true });
    return console.post('/app/auth/mfa/totp/verify', { code: totpOf(String(user.totpSecret)) });
  },
  service_unavailable: async () => {
    const { secret } = await aToken();
    const proxy = await TcpProxy.before(serviceUrl('appUrl'));
    const process = await startApi({ databaseUrl: proxy.url(serviceUrl('appUrl')) });
    try {
      await proxy.close();
      return await callerOf(process.baseUrl)(me, { token: secret });
    } finally {
      await process.stop();
    }
  },
};

it.concurrent.each(Object.entries(provoked))('%s is answered with its status', async (code, provoke) => {
  const { status, error } = await provoke();
  expect({ code: error.code, status }).toEqual({ code, status: errorCatalogue[code as ErrorCode].status });
});

/** Has an address taken by a transaction that is still open. */
async function holdEmail({ workspace }: TestToken, email: string) {
  const client = new Client({ connectionString: serviceUrl('ownerUrl') });
  await client.connect();
  await client.query('begin');
  await client.query(`select set_config('app.workspace_id', $1, true)`, [workspace.uuid]);
  await client.query('insert into contacts (workspace_id, id, email) values ($1, $2, $3)', [
    workspace.uuid,
    newUuid(),
    email,
  ]);
  const isAwaited = 'select 1 from pg_locks where not granted and transactionid = pg_current_xact_id()::xid';
  return {
    /** Resolves when somebody waits for it. */
    async waited(): Promise<void> {
      await expect.poll(async () => (await client.query(isAwaited)).rowCount, { timeout: 10_000 }).toBeGreaterThan(0);
    },
    async release(): Promise<void> {
      await client.query('rollback');
      await client.end();
    },
  };
}
