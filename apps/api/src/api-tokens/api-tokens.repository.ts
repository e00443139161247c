import {
  id,
  instant,
  json,
  jsonObject,
  type Statement,
  type WorkspaceDatabase,
  type WorkspaceTransaction,
} from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { deadToken, type TokenStanding } from '../admission/token-standing.js';

/** A token that is over, or whose sandbox is missing, is dead whatever else is true of it. */
const standingStatement: Statement = {
  name: 'api_token_standing',
  text: `
    select json_build_object(
      'gate', case
        when t.revoked_at is not null or t.disabled_at is not null or t.expires_at <= now() or t.retires_at <= now()
          or (t.mode = 'test' and w.sandbox_id is null) then 'dead'
        when not p.has_api_tokens then 'plan'
        when cardinality(t.ip_allowlist) + cardinality(w.ip_allowlist) > 0 then 'allowlist'
        else 'open' end,
      'principal', json_build_object(
        'subject', json_build_object('kind', 'token', 'id', t.id),
        'workspaceId', case t.mode when 'test' then w.sandbox_id else w.id end,
        'homeWorkspaceId', w.id,
        'mode', t.mode,
        'plan', p.code,
        'scopes', t.scopes,
        'expiresAt', to_char(t.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'limits', json_build_object(
          'token', json_build_object('requests', coalesce(t.quota, p.token_requests_per_minute),
                                     'windowSeconds', coalesce(t.quota_window_seconds, 60)),
          'workspace', json_build_object('requests', coalesce(w.requests_per_minute, p.workspace_requests_per_minute),
                                         'windowSeconds', 60))),
      'allowlists', array_to_json(array(
        select to_json(ranges::text[]) from (values (t.ip_allowlist), (w.ip_allowlist)) list (ranges)
        where cardinality(ranges) > 0)),
      'endsInMs', ceil(extract(epoch from least(t.expires_at, t.retires_at) - now()) * 1000)
    )::text
    from api_tokens t
    join workspaces w on w.id = t.workspace_id
    join plans p on p.code = w.plan_code
    where t.workspace_id = $1 and t.id = $2`,
};

const descriptionStatement: Statement = {
  name: 'api_token_description',
  text: `
    select ${jsonObject({
      token: {
        sql: jsonObject({
          id: id('apiToken', 't.id'),
          label: json('t.label'),
          displayPrefix: json('t.display_prefix'),
          scopes: json('t.scopes'),
          mode: json('t.mode'),
          expiresAt: instant('t.expires_at'),
        }),
      },
      issuer: {
        sql: `case when u.id is null then 'null' else ${jsonObject({ id: id('user', 'u.id'), name: json('u.name') })} end`,
      },
    })}
    from api_tokens t left join users u on u.id = t.created_by
    where t.workspace_id = $1 and t.id = $2`,
};

export interface NewApiToken {
  id: string;
  label: string;
  displayPrefix: string;
  mode: 'live' | 'test';
  scopes: string[];
  createdBy: string | null;
  expiresAt: Date | null;
  hash: { keyId: string; hash: Uint8Array };
}

export interface UsedToken {
  readonly label: string;
  readonly displayPrefix: string;
  readonly scopes: string[];
}

@Injectable()
export class ApiTokensRepository {
  async findStanding(db: WorkspaceDatabase, tokenId: string): Promise<TokenStanding> {
    const text = await db.readJson(standingStatement, tokenId);
    if (text === null) return deadToken;
    const standing = JSON.parse(text) as TokenStanding;
    return standing.gate === 'dead' ? deadToken : standing;
  }

  /** JSON text of `{ token, issuer }`. */
  findDescription(db: WorkspaceDatabase, tokenId: string): Promise<string | null> {
    return db.readJson(descriptionStatement, tokenId);
  }

  async create(tx: WorkspaceTransaction, workspaceId: string, { hash, ...token }: NewApiToken): Promise<void> {
    await tx.apiToken.create({ data: { workspaceId, lineageId: token.id, ...token } });
    await tx.apiTokenHash.create({
      data: { workspaceId, tokenId: token.id, keyId: hash.keyId, tokenHash: Uint8Array.from(hash.hash) },
    });
  }

  /** What an audit entry says of a token; `null` when the workspace has no such token. */
  findForAudit(
    tx: WorkspaceTransaction,
    workspaceId: string,
    tokenId: string,
  ): Promise<{ displayPrefix: string; scopes: string[] } | null> {
    return tx.apiToken.findUnique({
      where: { workspaceId_id: { workspaceId, id: tokenId } },
      select: { displayPrefix: true, scopes: true },
    });
  }

  /** Marks a token revoked unless it is already. @returns whether this call did it. */
  async markRevoked(
    tx: WorkspaceTransaction,
    workspaceId: string,
    revocation: { tokenId: string; reason: string | null; at: Date },
  ): Promise<boolean> {
    const { tokenId, reason, at } = revocation;
    const { count } = await tx.apiToken.updateMany({
      where: { workspaceId, id: tokenId, revokedAt: null },
      data: { revokedAt: at, revokedReason: reason, updatedAt: at },
    });
    return count === 1;
  }

  /** By bare UUID. */
  async findForUses(tx: WorkspaceTransaction, workspaceId: string, ids: string[]): Promise<Map<string, UsedToken>> {
    const select = { id: true, label: true, displayPrefix: true, scopes: true };
    const tokens = await tx.apiToken.findMany({ where: { workspaceId, id: { in: ids } }, select });
    return new Map(tokens.map(({ id, ...token }) => [id, token]));
  }

  /** Forward only: jobs may run late and out of order. */
  async moveLastUse(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { tokenId, at, ip }: { tokenId: string; at: string; ip: string },
  ): Promise<void> {
    await tx.apiToken.updateMany({
      where: { workspaceId, id: tokenId, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: at } }] },
      data: { lastUsedAt: at, lastUsedIp: ip },
    });
  }
}
