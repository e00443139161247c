import type { Scope, TokenStatus } from '@calkeep/contract';
import { finishJson, type WorkspaceTransaction } from '@calkeep/database';
import type { PepperedHash } from '@calkeep/security';
import { Injectable } from '@nestjs/common';
import { byIdStatement, statusSql } from './token-statements.js';

/** A token as it stands under the lock. */
export interface LockedToken {
  /** Bare UUID. */
  readonly id: string;
  readonly label: string;
  readonly displayPrefix: string;
  readonly mode: 'live' | 'test';
  readonly scopes: Scope[];
  readonly ipAllowlist: string[];
  readonly status: TokenStatus;
  readonly isDisabled: boolean;
  readonly isRotated: boolean;
}

/** What a workspace allows its tokens, as it stands under the lock. */
export interface TokenTerms {
  readonly lifetimeDaysMax: number | null;
  readonly activeTokensMax: number;
  readonly hasSandbox: boolean;
}

interface NewSecret {
  /** Bare UUID of the token that it opens. */
  readonly id: string;
  readonly displayPrefix: string;
  readonly hash: PepperedHash;
}

export interface NewApiToken extends NewSecret {
  readonly label: string;
  readonly mode: 'live' | 'test';
  readonly scopes: readonly Scope[];
  readonly ipAllowlist: readonly string[];
  readonly expiresAt: Date | null;
  /** Bare UUID. */
  readonly createdBy: string;
}

export interface NewSuccessor extends NewSecret {
  readonly predecessorId: string;
  readonly createdBy: string;
}

export interface TokenFields {
  readonly label: string;
  readonly disabled: boolean;
  readonly ipAllowlist: readonly string[];
  readonly scopes: readonly Scope[];
}

const lockedColumns = `
  t.id, t.label, t.display_prefix as "displayPrefix", t.mode, t.scopes, t.ip_allowlist::text[] as "ipAllowlist",
  ${statusSql} as status, t.disabled_at is not null as "isDisabled", t.rotated_at is not null as "isRotated"`;

/** A rotation is told in whole milliseconds, and never in one that is yet to come. */
const nowSql = `date_trunc('milliseconds', now())`;

/**
 * Changes of tokens, each in the transaction that locked the token first. Times are PostgreSQL's, by which a
 * token's end is judged. Of several tokens, the one with the lower id is locked first.
 */
@Injectable()
export class TokenChangesRepository {
  /** Issues of one workspace wait here for each other. @returns `null` when there is no such workspace. */
  async lockTerms(tx: WorkspaceTransaction, workspaceId: string): Promise<TokenTerms | null> {
    const [found] = await tx.$queryRaw<TokenTerms[]>`
      select w.token_lifetime_days_max as "lifetimeDaysMax", p.active_tokens_max as "activeTokensMax",
             w.sandbox_id is not null as "hasSandbox"
      from workspaces w join plans p on p.code = w.plan_code
      where w.id = ${workspaceId}::uuid for no key update of w`;
    return found ?? null;
  }

  /** Those that count against the plan: neither revoked, nor expired, nor rotated away. */
  async countActive(tx: WorkspaceTransaction, workspaceId: string): Promise<number> {
    const [found] = await tx.$queryRaw<{ count: number }[]>`
      select count(*)::integer as count from api_tokens
      where workspace_id = ${workspaceId}::uuid and revoked_at is null and rotated_at is null
        and (expires_at is null or expires_at > now())`;
    return found?.count ?? 0;
  }

  /** `null` when the workspace has no such token. */
  async lock(tx: WorkspaceTransaction, workspaceId: string, tokenId: string): Promise<LockedToken | null> {
    const [token] = await this.lockMany(tx, workspaceId, [tokenId]);
    return token ?? null;
  }

  lockMany(tx: WorkspaceTransaction, workspaceId: string, tokenIds: readonly string[]): Promise<LockedToken[]> {
    return tx.$queryRawUnsafe<LockedToken[]>(
      `select ${lockedColumns} from api_tokens t
       where t.workspace_id = $1::uuid and t.id = any($2::uuid[]) order by t.id for update`,
      workspaceId,
      tokenIds,
    );
  }

  /** `null` when the token has no successor, or one that was issued longer ago. */
  async lockSuccessor(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { tokenId, issuedWithinSeconds }: { tokenId: string; issuedWithinSeconds: number },
  ): Promise<LockedToken | null> {
    const [successor] = await tx.$queryRawUnsafe<LockedToken[]>(
      `select ${lockedColumns} from api_tokens t
       where t.workspace_id = $1::uuid and t.predecessor_id = $2::uuid
         and t.created_at > now() - make_interval(secs => $3::float8) for update`,
      workspaceId,
      tokenId,
      issuedWithinSeconds,
    );
    return successor ?? null;
  }

  /** JSON text of the token as this transaction leaves it. */
  async getJson(tx: WorkspaceTransaction, workspaceId: string, tokenId: string): Promise<string> {
    const [found] = await tx.$queryRawUnsafe<{ json: string }[]>(byIdStatement.text, workspaceId, tokenId);
    if (!found) throw new Error('a token that was locked is not there');
    return finishJson(found.json);
  }

  async create(tx: WorkspaceTransaction, workspaceId: string, token: NewApiToken): Promise<void> {
    await tx.$executeRaw`
      insert into api_tokens (workspace_id, id, lineage_id, label, display_prefix, mode, scopes, ip_allowlist,
        created_by, expires_at)
      values (${workspaceId}::uuid, ${token.id}::uuid, ${token.id}::uuid, ${token.label}, ${token.displayPrefix},
        ${token.mode}, ${token.scopes}::text[], ${token.ipAllowlist}::text[]::cidr[],
        ${token.createdBy}::uuid, ${token.expiresAt}::timestamptz)`;
    await this.#createHash(tx, workspaceId, token);
  }

  /**
   * A copy of the predecessor under a secret of its own: label, scopes, mode, allow-list, end, the operator's
   * limit, and the lineage. Its end is no later than the workspace allows a token that is issued now.
   * @returns whether it has an end.
   */
  async createSuccessor(tx: WorkspaceTransaction, workspaceId: string, successor: NewSuccessor): Promise<boolean> {
    const [created] = await tx.$queryRaw<{ expires: boolean }[]>`
      insert into api_tokens (workspace_id, id, lineage_id, predecessor_id, label, display_prefix, mode, scopes,
        ip_allowlist, quota, quota_window_seconds, created_by, expires_at)
      select t.workspace_id, ${successor.id}::uuid, t.lineage_id, t.id, t.label, ${successor.displayPrefix}, t.mode,
        t.scopes, t.ip_allowlist, t.quota, t.quota_window_seconds, ${successor.createdBy}::uuid,
        least(t.expires_at, now() + make_interval(days => w.token_lifetime_days_max))
      from api_tokens t join workspaces w on w.id = t.workspace_id
      where t.workspace_id = ${workspaceId}::uuid and t.id = ${successor.predecessorId}::uuid
      returning expires_at is not null as expires`;
    await this.#createHash(tx, workspaceId, successor);
    return created?.expires ?? false;
  }

  /** It ends after its overlap, or at its own end if that comes first. */
  async markRotated(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { tokenId, overlapSeconds }: { tokenId: string; overlapSeconds: number },
  ): Promise<void> {
    await tx.$executeRawUnsafe(
      `update api_tokens
       set rotated_at = ${nowSql}, updated_at = ${nowSql},
           retires_at = least(${nowSql} + make_interval(secs => $3::float8), expires_at)
       where workspace_id = $1::uuid and id = $2::uuid`,
      workspaceId,
      tokenId,
      overlapSeconds,
    );
  }

  async markRevoked(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { tokenIds, reason }: { tokenIds: readonly string[]; reason: string | null },
  ): Promise<void> {
    await tx.$executeRaw`
      update api_tokens set revoked_at = now(), revoked_reason = ${reason}, updated_at = now()
      where workspace_id = ${workspaceId}::uuid and id = any(${tokenIds}::uuid[]) and revoked_at is null`;
  }

  async update(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { tokenId, label, disabled, ipAllowlist, scopes }: TokenFields & { tokenId: string },
  ): Promise<void> {
    await tx.$executeRaw`
      update api_tokens
      set label = ${label}, scopes = ${scopes}::text[], ip_allowlist = ${ipAllowlist}::text[]::cidr[],
          disabled_at = case when ${disabled} then coalesce(disabled_at, now()) end, updated_at = now()
      where workspace_id = ${workspaceId}::uuid and id = ${tokenId}::uuid`;
  }

  /** Has the worker look at once for when the workspace's tokens end, so that its administrators are told in time. */
  async noteExpiry(tx: WorkspaceTransaction, workspaceId: string): Promise<void> {
    await tx.$executeRaw`
      insert into workspace_work (workspace_id, kind, due_at) values (${workspaceId}::uuid, 'expiry', now())
      on conflict (workspace_id, kind) do update set due_at = least(workspace_work.due_at, excluded.due_at)`;
  }

  async #createHash(tx: WorkspaceTransaction, workspaceId: string, { id, hash }: NewSecret): Promise<void> {
    await tx.apiTokenHash.create({
      data: { workspaceId, tokenId: id, keyId: hash.keyId, tokenHash: Uint8Array.from(hash.hash) },
    });
  }
}
