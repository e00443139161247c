import type { MfaMethod } from '@calkeep/contract';
import { Database, type GlobalTransaction, type Statement } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { Membership, Session } from '../http/session.js';

/** Seen is written at most this often: a console that polls must not write with every read. */
const seenIntervalSeconds = 60;

/** Nobody reads through more of them; all of them can be ended at once. */
const listedMax = 200;

const findText = `
  select s.id, s.user_id, u.email, u.name, s.is_pending,
         s.mfa_method, s.mfa_verified_at, s.mfa_credential_id,
         (extract(epoch from now() - s.mfa_verified_at) * 1000)::float8 as mfa_age_ms,
         (extract(epoch from now() - s.recovery_verified_at) * 1000)::float8 as recovery_age_ms,
         exists (select from user_totp_factors f where f.user_id = u.id and f.confirmed_at is not null) as has_totp,
         exists (select from webauthn_credentials c where c.user_id = u.id) as has_passkey,
         s.last_seen_at < now() - make_interval(secs => ${seenIntervalSeconds}) as is_seen_long_ago
  from sessions s join users u on u.id = s.user_id
  where s.secret_hash = $1 and s.expires_at > now() and s.last_seen_at > now() - make_interval(secs => $2)`;

const listText = `
  select id, is_pending, created_at, last_seen_at, expires_at, host(ip) as ip, user_agent, mfa_verified_at
  from sessions
  where user_id = $1 and expires_at > now() and last_seen_at > now() - make_interval(secs => $2)
  order by last_seen_at desc, id desc
  limit ${listedMax}`;

const membershipStatement: Statement = {
  name: 'membership_of_user',
  text: `
    select m.role, w.plan_code, p.has_api_tokens, w.is_mfa_required
    from memberships m join workspaces w on w.id = m.workspace_id join plans p on p.code = w.plan_code
    where m.workspace_id = $1 and m.user_id = $2`,
};

interface SessionRow {
  id: string;
  user_id: string;
  email: string;
  name: string;
  is_pending: boolean;
  mfa_method: MfaMethod | null;
  mfa_verified_at: Date | null;
  mfa_credential_id: string | null;
  mfa_age_ms: number | null;
  recovery_age_ms: number | null;
  has_totp: boolean;
  has_passkey: boolean;
  is_seen_long_ago: boolean;
}

/** A session as its owner sees it among the others. */
export interface ListedSession {
  /** Bare UUID. */
  readonly id: string;
  readonly isPending: boolean;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly mfaVerifiedAt: Date | null;
}

interface ListedRow {
  id: string;
  is_pending: boolean;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  ip: string | null;
  user_agent: string | null;
  mfa_verified_at: Date | null;
}

/** A proof of a second factor, or what counts as none and still completes a sign-in. */
export type SessionProof =
  | { readonly kind: 'mfa'; readonly method: MfaMethod; readonly credentialId: string | null }
  | { readonly kind: 'recovery' };

@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  /** The session that is open under this hash, by the database's clock. */
  async findBySecretHash(secretHash: Uint8Array, idleSeconds: number): Promise<Session | null> {
    // The global table of sessions: whose it is, is what this look-up finds.
    const [row] = await this.database.global<SessionRow>(findText, [secretHash, idleSeconds]);
    if (!row) return null;
    if (row.is_seen_long_ago)
      await this.database.global('update sessions set last_seen_at = now() where id = $1', [row.id]);
    return toSession(row);
  }

  /** The open sessions of a person, the last seen first. */
  async findMany(userId: string, idleSeconds: number): Promise<ListedSession[]> {
    // The global table of sessions: they are a person's, and no workspace's.
    const rows = await this.database.global<ListedRow & Record<string, unknown>>(listText, [userId, idleSeconds]);
    return rows.map(toListed);
  }

  async findMembership(workspaceId: string, userId: string): Promise<Membership | null> {
    const [row] = await this.database.forWorkspace(workspaceId).read(membershipStatement, userId);
    if (!row) return null;
    const [role, plan, hasApiTokens, isMfaRequired] = row as [Membership['role'], Membership['plan'], boolean, boolean];
    return { workspaceId, role, plan, hasApiTokens, isMfaRequired };
  }

  async create(
    tx: GlobalTransaction,
    session: {
      id: string;
      userId: string;
      secretHash: Uint8Array<ArrayBuffer>;
      isPending: boolean;
      expiresAt: Date;
      ip: string | null;
      userAgent: string | null;
    },
  ): Promise<void> {
    await tx.session.create({ data: session });
  }

  /**
   * Under another secret from here on; `expiresAt` `null` leaves its end as it was.
   * @returns its end and its last proof of a second factor; `null` if it is gone.
   */
  async renew(
    tx: GlobalTransaction,
    id: string,
    {
      secretHash,
      expiresAt,
      proof,
    }: { secretHash: Uint8Array<ArrayBuffer>; expiresAt: Date | null; proof: SessionProof },
  ): Promise<{ expiresAt: Date; mfaVerifiedAt: Date | null } | null> {
    const mfa = proof.kind === 'mfa' ? proof : null;
    const [row] = await tx.$queryRaw<{ expires_at: Date; mfa_verified_at: Date | null }[]>`
      update sessions set secret_hash = ${secretHash}, is_pending = false, last_seen_at = now(),
        expires_at = coalesce(${expiresAt}::timestamptz, expires_at),
        mfa_verified_at = case when ${mfa !== null} then now() else mfa_verified_at end,
        mfa_method = coalesce(${mfa?.method ?? null}, mfa_method),
        mfa_credential_id = case when ${mfa !== null} then ${mfa?.credentialId ?? null}::uuid else mfa_credential_id end,
        recovery_verified_at = case when ${mfa === null} then now() else recovery_verified_at end
      where id = ${id}::uuid
      returning expires_at, mfa_verified_at`;
    return row ? { expiresAt: row.expires_at, mfaVerifiedAt: row.mfa_verified_at } : null;
  }

  /** What was proven by this factor counts as proven no more. */
  async forgetProofs(
    tx: GlobalTransaction,
    userId: string,
    { method, credentialId }: { method: MfaMethod; credentialId: string | null },
  ): Promise<void> {
    await tx.session.updateMany({
      where: { userId, mfaMethod: method, mfaCredentialId: credentialId },
      data: { mfaVerifiedAt: null, mfaMethod: null, mfaCredentialId: null },
    });
  }

  /** Those of a person that never proved a second factor are pending from here on, and for so long at most. */
  async makePending(
    tx: GlobalTransaction,
    userId: string,
    { exceptId, pendingSeconds }: { exceptId: string; pendingSeconds: number },
  ): Promise<void> {
    await tx.$executeRaw`
      update sessions
      set is_pending = true, expires_at = least(expires_at, now() + make_interval(secs => ${pendingSeconds}::float8))
      where user_id = ${userId}::uuid and id <> ${exceptId}::uuid and not is_pending
        and mfa_verified_at is null and recovery_verified_at is null`;
  }

  /** Under another secret from here on. @returns its end; `null` if it is gone. */
  async changeSecret(tx: GlobalTransaction, id: string, secretHash: Uint8Array<ArrayBuffer>): Promise<Date | null> {
    const [row] = await tx.session.updateManyAndReturn({ where: { id }, data: { secretHash } });
    return row?.expiresAt ?? null;
  }

  async removeBySecretHash(tx: GlobalTransaction, secretHash: Uint8Array<ArrayBuffer>): Promise<void> {
    await tx.session.deleteMany({ where: { secretHash } });
  }

  /** Those of a person that are over. */
  async removeOver(tx: GlobalTransaction, userId: string, idleSeconds: number): Promise<void> {
    await tx.$executeRaw`
      delete from sessions
      where user_id = ${userId}::uuid
        and (expires_at <= now() or last_seen_at <= now() - make_interval(secs => ${idleSeconds}::float8))`;
  }

  /** @returns how many there were. */
  async remove(tx: GlobalTransaction, userId: string, id: string): Promise<number> {
    const { count } = await tx.session.deleteMany({ where: { userId, id } });
    return count;
  }

  /** @returns how many there were. */
  async removeOthers(tx: GlobalTransaction, userId: string, exceptId: string | null): Promise<number> {
    const others = exceptId === null ? {} : { id: { not: exceptId } };
    const { count } = await tx.session.deleteMany({ where: { userId, ...others } });
    return count;
  }
}

function toSession(row: SessionRow): Session {
  const { mfa_method: method, mfa_verified_at: verifiedAt, mfa_age_ms: ageMs } = row;
  return {
    id: row.id,
    user: { id: row.user_id, email: row.email, name: row.name },
    isPending: row.is_pending,
    mfaMethods: [...(row.has_totp ? (['totp'] as const) : []), ...(row.has_passkey ? (['webauthn'] as const) : [])],
    mfa:
      method === null || verifiedAt === null || ageMs === null
        ? null
        : { method, verifiedAt: verifiedAt.toISOString(), ageMs, credentialId: row.mfa_credential_id },
    recoveryAgeMs: row.recovery_age_ms,
  };
}

function toListed(row: ListedRow): ListedSession {
  return {
    id: row.id,
    isPending: row.is_pending,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    ip: row.ip,
    userAgent: row.user_agent,
    mfaVerifiedAt: row.mfa_verified_at,
  };
}
