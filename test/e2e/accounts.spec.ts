import { randomUUID } from 'node:crypto';
import { parsePublicId, sessionData, signInData, signUpData, type SignUpData } from '@calkeep/contract';
import { SealingKeyring } from '@calkeep/security';
import { describe, expect, it } from 'vitest';
import { mailSealContext } from '../../apps/api/src/mail/mail-seal-context.js';
import { auditLogOf } from '../support/audit-log-of.js';
import { arrange, aWorkspace } from '../support/builders.js';
import type { Answer } from '../support/client.js';
import { aMember, aMembership, aUser, type Console } from '../support/console.js';
import { until } from '../support/load.js';
import { secretSettings } from '../support/secrets.js';
import { useApi } from '../support/use-api.js';

/** Without the worker, which would take the mails away. */
const api = useApi({ env: { WORKER: 'separate' } });

const password = 'a heron on the roof';
const anEmail = () => `ada.${randomUUID()}@acme.test`;

function signUp(console: Console, body: Record<string, unknown> = {}): Promise<Answer> {
  return console.post('/app/auth/sign-up', {
    email: anEmail(),
    password,
    name: 'Ada Whitfield',
    workspaceName: 'Acme',
    ...body,
  });
}

async function rowsOf(statement: string, values: unknown[], workspaceUuid = ''): Promise<Record<string, unknown>[]> {
  const { rows } = await arrange(workspaceUuid, (client) => client.query<Record<string, unknown>>(statement, values));
  return rows;
}

const uuidOf = (workspaceId: string) => parsePublicId('workspace', workspaceId) ?? '';
const usersWith = (email: string) => rowsOf('select * from users where lower(email) = lower($1)', [email]);

describe('signing up', () => {
  it('creates a person, a workspace on the free plan, and a session that opens it', async () => {
    const console = api.console();
    const email = anEmail();

    const answer = await signUp(console, { email, name: '  Ada Whitfield ', workspaceName: ' Äcme & Söhne ' });

    expect(answer.status).toBe(201);
    const { user, workspace, session } = signUpData.parse(answer.data);
    expect(user).toMatchObject({ email, name: 'Ada Whitfield' });
    expect(workspace).toMatchObject({ name: 'Äcme & Söhne', slug: 'acme-sohne', plan: 'free', role: 'owner' });
    const seen = sessionData.parse((await console.get('/app/auth/session')).data);
    expect(seen).toEqual({
      user,
      workspaces: [{ id: workspace.id, name: workspace.name, plan: 'free', role: 'owner' }],
      mfa: { enrolled: false, required: false, methods: [], verifiedAt: null, validUntil: null },
      isPending: false,
    });
    expect((await console.get('/app/auth/sessions')).data['sessions']).toMatchObject([{ id: session.id }]);
  });

  it('gives the workspace a sandbox twin on the same plan', async () => {
    const { workspace } = (await signUp(api.console(), { workspaceName: 'ẞ'.repeat(200) })).data as SignUpData;
    const uuid = uuidOf(workspace.id);
    const [live] = await rowsOf('select sandbox_id from workspaces', [], uuid);
    const [twin] = await rowsOf('select name, plan_code, sandbox_id from workspaces', [], String(live?.['sandbox_id']));
    expect(twin).toMatchObject({
      plan_code: 'free',
      sandbox_id: null,
      name: expect.stringMatching(/^ẞ{190} \(sandbox\)$/),
    });
  });

  it('is told in the audit log of the workspace, with the sign-in', async () => {
    const answer = await signUp(api.console({ address: '203.0.113.9' }));
    const { user, workspace, session } = answer.data as SignUpData;
    const common = {
      actor_type: 'user',
      actor_id: user.id,
      ip: '203.0.113.9',
      request_id: answer.headers['x-calkeep-request-id'],
    };
    expect(await auditLogOf({ uuid: uuidOf(workspace.id) })).toMatchObject([
      { ...common, action: 'WORKSPACE_CREATED', target_type: 'workspace', target_id: workspace.id },
      { ...common, action: 'SIGN_IN_SUCCEEDED', target_type: 'session', target_id: session.id },
    ]);
  });

  it('keeps nothing of the password but an argon2id hash, and of the cookie but a hash', async () => {
    const console = api.console();
    const email = anEmail();
    await signUp(console, { email });
    const [user] = await usersWith(email);
    expect(user?.['password_hash']).toMatch(/^\$argon2id\$v=19\$m=1024,t=2,p=1\$/);
    const stored = JSON.stringify(
      await rowsOf('select to_jsonb(s) from sessions s where user_id = $1', [user?.['id']]),
    );
    expect(stored).not.toContain(console.cookie?.split('=')[1] ?? 'no cookie');
    expect(stored).toContain('secret_hash');
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['an e-mail address that is none', { email: 'ada at acme' }, 'email', 'invalid_format'],
    ['an e-mail address of 255 characters', { email: `${'a'.repeat(245)}@acme.test` }, 'email', 'too_big'],
    ['an operator in the place of an address', { email: { not: null } }, 'email', 'invalid_type'],
    ['a name of spaces', { name: '   ' }, 'name', 'too_small'],
    ['a name of 201 characters', { name: 'a'.repeat(201) }, 'name', 'too_big'],
    ['a name on two lines', { name: 'Ada\r\nBcc: all@acme.test' }, 'name', 'invalid_format'],
    ['no name of a workspace', { workspaceName: '' }, 'workspaceName', 'too_small'],
    ['a password of 11 characters', { password: 'heron roof!' }, 'password', 'too_short'],
    ['a password of 129 characters', { password: 'heron'.repeat(25) + 'roof' }, 'password', 'too_long'],
    ['a password of 200,000 characters', { password: 'ﷺ'.repeat(80_000) }, 'password', 'too_long'],
    ['a password that everybody uses', { password: 'password123456' }, 'password', 'common'],
    ['its own name for a password', { name: 'Ada Whitfield', password: 'AdaWhitfield1' }, 'password', 'common'],
    ['a field that it does not know', { role: 'owner' }, 'role', 'unknown_field'],
    ['a plan', { plan: 'enterprise' }, 'plan', 'unknown_field'],
  ])('with %s is refused with the field that is wrong, and creates nothing', async (_what, body, path, code) => {
    const email = anEmail();
    const answer = await signUp(api.console(), { email, ...body });
    expect(answer.status).toBe(400);
    expect(answer.error.code).toBe('invalid_request');
    expect(answer.error.details).toEqual([{ path, code, message: expect.any(String) }]);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(await usersWith(email)).toEqual([]);
  });

  it('at the same moment with one address makes one account, and one session that opens it', async () => {
    const email = anEmail();
    const consoles = Array.from({ length: 5 }, () => api.console());
    const answers = await Promise.all(consoles.map((console) => signUp(console, { email })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(await usersWith(email)).toHaveLength(1);
    const seen = await Promise.all(consoles.map((console) => console.get('/app/auth/session')));
    expect(seen.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
  });
});

describe('signing up with an e-mail address that is known', () => {
  it.each(['as it is', 'in capitals'])(
    '%s gets the same answer, and a session that opens nothing',
    async (spelling) => {
      const owner = await aMember();
      const email = spelling === 'in capitals' ? owner.email.toUpperCase() : owner.email;
      const [known, unknown] = [api.console(), api.console()];

      const answer = await signUp(known, { email });
      const other = await signUp(unknown);

      expect(answer.status).toBe(201);
      expect(signUpData.parse(answer.data)).toMatchObject({
        user: { email, name: 'Ada Whitfield' },
        workspace: { name: 'Acme', plan: 'free', role: 'owner' },
      });
      expect(Object.keys(answer.headers)).toEqual(Object.keys(other.headers));
      expect(known.cookie).toHaveLength(unknown.cookie?.length ?? 0);
      expect((await known.get('/app/auth/session')).status).toBe(401);
    },
  );

  it('leaves nothing behind: no person, no workspace, no session, and the owner’s password as it was', async () => {
    const owner = await aMember({ hasTotp: false });
    const { user, workspace } = (await signUp(api.console(), { email: owner.email })).data as SignUpData;

    expect(await usersWith(owner.email)).toMatchObject([{ id: owner.uuid, name: owner.name }]);
    expect(await rowsOf('select from users where id = $1', [parsePublicId('user', user.id)])).toEqual([]);
    expect(await rowsOf('select from workspaces', [], uuidOf(workspace.id))).toEqual([]);
    expect(await rowsOf('select from sessions where user_id = $1', [owner.uuid])).toEqual([]);
    expect((await api.console().signIn(owner)).status).toBe(200);
  });

  it('is told to its owner, by one mail however often', async () => {
    const owner = await aMember();
    for (let time = 0; time < 3; time++) await signUp(api.console(), { email: owner.email });
    // The notice of this one, by the same process and after the others, says that theirs are over.
    const last = await aMember();
    await signUp(api.console(), { email: last.email });
    await until(async () => (await mailsIn(last.workspace.uuid)).length > 0, 10_000);

    const mails = await mailsIn(owner.workspace.uuid);

    expect(mails).toEqual([{ to: owner.email, subject: expect.any(String), text: expect.stringContaining('sign in') }]);
  });
});

describe('signing in', () => {
  it('opens a session of whoever has no second factor', async () => {
    const member = await aMember({ hasTotp: false });
    const console = api.console();

    const answer = await console.post('/app/auth/sign-in', {
      email: member.email.toUpperCase(),
      password: member.password,
    });

    expect(answer.status).toBe(200);
    expect(signInData.parse(answer.data)).toEqual({
      user: { id: member.id, email: member.email, name: member.name },
      mfa: { required: false, methods: [] },
    });
    expect(sessionData.parse((await console.get('/app/auth/session')).data)).toMatchObject({
      isPending: false,
      workspaces: [{ id: member.workspace.id, role: 'owner' }],
    });
    expect(await auditLogOf(member.workspace)).toMatchObject([
      { action: 'SIGN_IN_SUCCEEDED', actor_id: member.id, target_type: 'session', payload: { mfaMethod: null } },
    ]);
  });

  it('is pending for who has one: sees the person and the methods, no workspaces, and is not told as complete', async () => {
    const member = await aMember();
    const console = api.console();

    const answer = await console.post('/app/auth/sign-in', { email: member.email, password: member.password });

    expect(answer.data).toMatchObject({ mfa: { required: true, methods: ['totp'] } });
    expect(sessionData.parse((await console.get('/app/auth/session')).data)).toMatchObject({
      user: { id: member.id },
      isPending: true,
      workspaces: [],
      mfa: { enrolled: true, required: true, methods: ['totp'], verifiedAt: null, validUntil: null },
    });
    expect(await auditLogOf(member.workspace)).toEqual([]);
    const [session] = await rowsOf(
      "select expires_at - created_at <= interval '601 seconds' as is_short from sessions where user_id = $1",
      [member.uuid],
    );
    expect(session).toEqual({ is_short: true });
  });

  it('answers a wrong password and an unknown address alike', async () => {
    const member = await aMember();
    const attempt = async (email: string) => {
      const answer = await api.console().post('/app/auth/sign-in', { email, password: 'not the heron' });
      return { answer, words: answer.text.replaceAll(answer.error.requestId, '') };
    };

    const [known, unknown] = [await attempt(member.email), await attempt(anEmail())];

    expect([known.answer.status, known.answer.error.code]).toEqual([401, 'invalid_credentials']);
    expect(unknown.answer.status).toBe(401);
    expect(unknown.words).toBe(known.words);
    expect(Object.keys(unknown.answer.headers)).toEqual(Object.keys(known.answer.headers));
    expect(known.answer.headers).not.toHaveProperty('set-cookie');
  });

  it('with a wrong password is told in every workspace of the person', async () => {
    const member = await aMember();
    const second = await aWorkspace();
    await aMembership(second, member, 'auditor');
    const answer = await api.console().post('/app/auth/sign-in', { email: member.email, password: 'not the heron' });
    const requestId = answer.error.requestId;

    for (const workspace of [member.workspace, second]) {
      await until(async () => (await auditLogOf(workspace)).length > 0, 10_000);
      expect(await auditLogOf(workspace)).toMatchObject([
        {
          action: 'SIGN_IN_FAILED',
          actor_type: 'system',
          target_type: 'user',
          target_id: member.id,
          request_id: requestId,
        },
      ]);
    }
  });

  it.each([
    ['no password', { email: 'ada@acme.test' }],
    ['an empty password', { email: 'ada@acme.test', password: '' }],
    ['a password of 2,000 characters', { email: 'ada@acme.test', password: 'a'.repeat(2_000) }],
    ['an operator', { email: { not: null }, password }],
    ['a list', { email: ['ada@acme.test'], password }],
    ['another field', { email: 'ada@acme.test', password, remember: true }],
  ])('with %s is a bad request', async (_what, body) => {
    expect((await api.console().post('/app/auth/sign-in', body)).status).toBe(400);
  });
});

describe('a hash that was made at a lower cost', () => {
  const dearer = useApi({ env: { ARGON2_PASSES: '3' } });
  const costOf = async (email: string) => String((await usersWith(email))[0]?.['password_hash']).split('$')[3];

  it('is renewed by a sign-in, also by several at once, and by no other', async () => {
    const user = await aUser({ hasTotp: false });
    await dearer.console().post('/app/auth/sign-in', { email: user.email, password: 'not the heron' });
    expect(await costOf(user.email)).toBe('m=1024,t=2,p=1');

    const answers = await Promise.all(Array.from({ length: 6 }, () => dearer.console().signIn(user)));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await costOf(user.email)).toBe('m=1024,t=3,p=1');
    expect((await dearer.console().signIn(user)).status).toBe(200);
  });
});

/** What waits in a workspace to be sent. */
async function mailsIn(workspaceUuid: string): Promise<unknown[]> {
  const sealing = SealingKeyring.parse(secretSettings.SEALING_KEYS);
  const rows = await rowsOf(`select payload from outbox where topic = 'mail'`, [], workspaceUuid);
  return rows.map(({ payload }) => {
    const { keyId, sealed } = payload as { keyId: string; sealed: string };
    const text = sealing.open({ keyId, sealed: Buffer.from(sealed, 'base64') }, mailSealContext(workspaceUuid));
    return JSON.parse(text.toString());
  });
}
