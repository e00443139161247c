import { newUuid } from '@calkeep/contract';
import type { PasswordHasher, PepperKeyring, SealingKeyring } from '@calkeep/security';
import type pg from 'pg';
import { issueToken } from '../issue-token.js';
import type { DemoUser, DemoWorkspace } from './demo-file.js';
import type { DemoWorkspaceSpec } from './demo-workspaces.js';

/** What stored credentials are made with. */
export interface CredentialKeys {
  peppers: PepperKeyring;
  sealing: SealingKeyring;
  passwords: PasswordHasher;
}

/** Far above what any machine can send, and an integer in all layers. */
export const unlimitedPerMinute = 1_000_000_000;

/**
 * Makes these credentials the ones that work, in the context of the workspace: users and their second factors get the new
 * secrets, the demo's earlier tokens are revoked, new ones take their place.
 */
export async function writeCredentials(
  client: pg.Client,
  keys: CredentialKeys,
  spec: DemoWorkspaceSpec,
  credentials: DemoWorkspace,
): Promise<void> {
  let ownerId: string | null = null;
  for (const user of credentials.users) {
    const userId = await writeUser(client, keys, spec, user);
    await client.query(
      `insert into memberships (workspace_id, user_id, role, created_at, updated_at) values ($1, $2, $3, $4, $4)
       on conflict (workspace_id, user_id) do nothing`,
      [spec.id, userId, user.role, spec.createdAt],
    );
    if (user.role === 'owner') ownerId = userId;
  }
  await revokeEarlierTokens(client, spec, credentials);
  for (const { label, token, scopes } of credentials.tokens) {
    const quota = spec.isForBenchmarks ? { quotaPerMinute: unlimitedPerMinute } : {};
    await issueToken(client, keys.peppers, {
      workspaceId: spec.id,
      secret: token,
      label,
      scopes,
      createdBy: ownerId,
      ...quota,
    });
  }
}

async function writeUser(
  client: pg.Client,
  { passwords, sealing }: CredentialKeys,
  spec: DemoWorkspaceSpec,
  { email, password, role, totpSecret }: DemoUser,
): Promise<string> {
  const name = spec.users.find((user) => user.role === role)?.name ?? email;
  const { rows } = await client.query<{ id: string }>(
    `insert into users (id, email, name, password_hash, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
     on conflict (lower(email)) do update set password_hash = excluded.password_hash, updated_at = now()
     returning id`,
    [newUuid(), email, name, await passwords.hash(password), spec.createdAt],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error(`the user ${email} could not be written`);
  const { keyId, sealed } = sealing.seal(totpSecret, `user_totp_factors:secret:${id}`);
  await client.query(
    `insert into user_totp_factors (user_id, secret_sealed, key_id, confirmed_at) values ($1, $2, $3, now())
     on conflict (user_id) do update set secret_sealed = excluded.secret_sealed, key_id = excluded.key_id,
       last_time_step = null, confirmed_at = excluded.confirmed_at`,
    [id, sealed, keyId],
  );
  return id;
}

async function revokeEarlierTokens(
  client: pg.Client,
  spec: DemoWorkspaceSpec,
  { tokens }: DemoWorkspace,
): Promise<void> {
  await client.query(
    `update api_tokens set revoked_at = now(), updated_at = now(), revoked_reason = 'the demo''s credentials were made anew'
     where workspace_id = $1 and label = any($2) and revoked_at is null`,
    [spec.id, tokens.map(({ label }) => label)],
  );
}
