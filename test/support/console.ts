import { hash, randomBytes } from 'node:crypto';
import { newUuid, toPublicId, type Role } from '@calkeep/contract';
import { PasswordHasher, SealingKeyring, generateTotpSecret } from '@calkeep/security';
import { arrange, aWorkspace, type TestWorkspace } from './builders.js';
import { callerOf, type Answer, type CallOptions } from './client.js';
import { secretSettings } from './secrets.js';
import { nextTotp } from './totp-of.js';

const sealing = SealingKeyring.parse(secretSettings.SEALING_KEYS);
/** Weak on purpose: what is tested is not how long a hash takes. */
const passwords = new PasswordHasher({ memoryKibibytes: 1_024, passes: 2 });

export interface TestUser {
  /** Public id. */
  id: string;
  uuid: string;
  name: string;
  email: string;
  password: string;
  /** Base32; `null` for a user without a second factor. */
  totpSecret: string | null;
}

/** A person with a TOTP factor, unless a test says otherwise; in no workspace yet. */
export async function aUser(options: { name?: string; hasTotp?: boolean } = {}): Promise<TestUser> {
  const { name = 'Ada Whitfield', hasTotp = true } = options;
  const uuid = newUuid();
  const email = `${uuid}@acme.test`;
  const password = `correct horse ${uuid}`;
  const totpSecret = hasTotp ? generateTotpSecret() : null;
  const passwordHash = await passwords.hash(password);
  await arrange('', async (client) => {
    await client.query('insert into users (id, email, name, password_hash) values ($1, $2, $3, $4)', [
      uuid,
      email,
      name,
      passwordHash,
    ]);
    if (totpSecret === null) return;
    const { keyId, sealed } = sealing.seal(totpSecret, `user_totp_factors:secret:${uuid}`);
    await client.query(
      `insert into user_totp_factors (user_id, secret_sealed, key_id, confirmed_at) values ($1, $2, $3, now())`,
      [uuid, sealed, keyId],
    );
  });
  return { id: toPublicId('user', uuid), uuid, name, email, password, totpSecret };
}

/** Puts a person into a workspace. */
export async function aMembership(workspace: TestWorkspace, user: TestUser, role: Role): Promise<void> {
  await arrange(workspace.uuid, (client) =>
    client.query('insert into memberships (workspace_id, user_id, role) values ($1, $2, $3)', [
      workspace.uuid,
      user.uuid,
      role,
    ]),
  );
}

/** A person in a role of a workspace of their own, or of the given one. */
export async function aMember(
  options: { role?: Role; workspace?: TestWorkspace; hasTotp?: boolean; name?: string } = {},
): Promise<TestUser & { workspace: TestWorkspace }> {
  const workspace = options.workspace ?? (await aWorkspace());
  const user = await aUser(options);
  await aMembership(workspace, user, options.role ?? 'owner');
  return { ...user, workspace };
}

export interface SessionOptions {
  /** Since the second factor was proven; `null` for never, negative for a time to come. */
  mfaAgeSeconds?: number | null;
  mfaMethod?: 'totp' | 'webauthn';
  isPending?: boolean;
}

/** A session of this person, made without signing in, whose second factor was proven just now unless a test says otherwise. */
export async function aSession(
  user: TestUser,
  options: SessionOptions = {},
): Promise<{ uuid: string; cookie: string }> {
  const { mfaAgeSeconds = 0, mfaMethod = 'totp', isPending = false } = options;
  const uuid = newUuid();
  const secret = randomBytes(32).toString('base64url');
  await arrange('', (client) =>
    client.query(
      `insert into sessions (id, user_id, secret_hash, is_pending, expires_at, mfa_verified_at, mfa_method)
       values ($1, $2, $3, $4, now() + interval '1 day', now() - make_interval(secs => $5::float8),
               case when $5::float8 is null then null else $6 end)`,
      [uuid, user.uuid, hash('sha256', secret, 'buffer'), isPending, mfaAgeSeconds, mfaMethod],
    ),
  );
  return { uuid, cookie: `calkeep_session=${secret}` };
}

type ConsoleOptions = Omit<CallOptions, 'body'> & { json?: unknown };

/** A browser at the console: keeps the session's cookie, sends the header against cross-site calls, speaks JSON. */
export class Console {
  cookie: string | null = null;
  readonly #call: ReturnType<typeof callerOf>;

  constructor(baseUrl: string, defaults: CallOptions = {}) {
    this.#call = callerOf(baseUrl, defaults);
  }

  /** Takes up a session that was made without signing in. */
  async enter(user: TestUser, options: SessionOptions = {}): Promise<this> {
    this.cookie = (await aSession(user, options)).cookie;
    return this;
  }

  async call(method: string, path: string, options: ConsoleOptions = {}): Promise<Answer> {
    const { json, headers, ...others } = options;
    const answer = await this.#call(path, {
      method,
      headers: {
        'X-CalKeep-Csrf': '1',
        ...(this.cookie === null ? {} : { Cookie: this.cookie }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...others,
    });
    this.#keepCookie(answer.headers['set-cookie']);
    return answer;
  }

  get = (path: string, options?: ConsoleOptions) => this.call('GET', path, options);
  post = (path: string, json: unknown = {}, options?: ConsoleOptions) => this.call('POST', path, { json, ...options });
  patch = (path: string, json: unknown, options?: ConsoleOptions) => this.call('PATCH', path, { json, ...options });
  delete = (path: string, options?: ConsoleOptions) => this.call('DELETE', path, options);

  /** With the password, and the second factor where there is one. @returns the last answer. */
  async signIn({ email, password, totpSecret }: TestUser): Promise<Answer> {
    const answer = await this.post('/app/auth/sign-in', { email, password });
    if (answer.status !== 200 || totpSecret === null) return answer;
    return this.stepUp(totpSecret);
  }

  async stepUp(totpSecret: string): Promise<Answer> {
    return this.post('/app/auth/mfa/totp/verify', { code: await nextTotp(totpSecret) });
  }

  #keepCookie(sent: string | string[] | undefined): void {
    const [cookie] = [sent ?? []].flat();
    if (cookie === undefined) return;
    const [pair = ''] = cookie.split(';', 1);
    this.cookie = pair.endsWith('=') ? null : pair;
  }
}
