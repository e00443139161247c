import { newUuid, parsePublicId, toPublicId, type Me, type Scope } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import type { TokenUse } from '@calkeep/queue';
import { Injectable } from '@nestjs/common';
import { Admissions } from '../admission/admissions.js';
import type { Actor } from '../audit-log/actor.js';
import { AuditTrail, type AuditEntry } from '../audit-log/audit-trail.js';
import type { Principal } from '../http/principal.js';
import { ApiTokensRepository, type UsedToken } from './api-tokens.repository.js';
import { TokenMint } from './token-mint.js';

export interface IssueRequest {
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly mode: 'live' | 'test';
  readonly expiresAt: Date | null;
}

export interface RevokeRequest {
  /** Public id. */
  readonly tokenId: string;
  readonly reason?: string | null;
}

/** `workspaceId` is the bare UUID of the workspace in which the actor acts. */
@Injectable()
export class ApiTokensService {
  constructor(
    private readonly database: Database,
    private readonly tokens: ApiTokensRepository,
    private readonly audit: AuditTrail,
    private readonly admissions: Admissions,
    private readonly mint: TokenMint,
  ) {}

  /**
   * Records uses of the workspace's tokens in its audit log and moves their last use forward. Uses that are
   * recorded already are passed over.
   */
  async recordUses(workspaceId: string, uses: readonly TokenUse[]): Promise<void> {
    await this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const tokens = await this.tokens.findForUses(tx, workspaceId, [...new Set(uses.map((use) => use.tokenId))]);
      const entries = uses.flatMap((use) => toAuditEntry(use, tokens.get(use.tokenId)));
      // Tokens before the head of the chain, as a revocation does: the other way round they would deadlock, and
      // the head, for which every change of the workspace waits, would be held for longer.
      for (const use of lastUses(uses)) await this.tokens.moveLastUse(tx, workspaceId, use);
      await this.audit.append(tx, workspaceId, entries);
    });
  }

  /** What the principal's own token and its issuer are. @throws AppError `not_found` if it is no longer there. */
  async describe(principal: Principal): Promise<Pick<Me, 'token' | 'issuer'>> {
    const db = this.database.forWorkspace(principal.homeWorkspaceId);
    const text = await this.tokens.findDescription(db, principal.subject.id);
    if (text === null) throw new AppError('not_found');
    return JSON.parse(text) as Pick<Me, 'token' | 'issuer'>;
  }

  /** The one time that the secret is told. */
  async issue(
    workspaceId: string,
    actor: Actor,
    request: IssueRequest,
  ): Promise<{ id: string; secret: string; displayPrefix: string }> {
    const { secret, displayPrefix, hash } = this.mint.mint(request.mode);
    const id = newUuid();
    const publicId = toPublicId('apiToken', id);
    await this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const createdBy = actor.type === 'user' && actor.id !== null ? parsePublicId('user', actor.id) : null;
      const scopes = [...new Set(request.scopes)];
      await this.tokens.create(tx, workspaceId, { ...request, id, scopes, displayPrefix, hash, createdBy });
      const payload = { displayPrefix, scopes, mode: request.mode };
      const target = { type: 'api_token', id: publicId } as const;
      await this.audit.append(tx, workspaceId, [{ actor, action: 'API_TOKEN_ISSUED', target, payload }]);
    });
    return { id: publicId, secret, displayPrefix };
  }

  /**
   * When this resolves, no process accepts the token any more: of requests that start afterwards none passes.
   * Revoking a revoked token is no error and changes nothing.
   * @throws AppError `not_found` for a token that is not this workspace's.
   */
  async revoke(workspaceId: string, actor: Actor, { tokenId, reason = null }: RevokeRequest): Promise<void> {
    const uuid = parsePublicId('apiToken', tokenId);
    if (uuid === null) throw new AppError('not_found');
    await this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const token = await this.tokens.findForAudit(tx, workspaceId, uuid);
      if (!token) throw new AppError('not_found');
      const isDone = await this.tokens.markRevoked(tx, workspaceId, { tokenId: uuid, reason, at: this.mint.now() });
      if (!isDone) return;
      const payload = { displayPrefix: token.displayPrefix, scopes: token.scopes, reason };
      const target = { type: 'api_token', id: tokenId } as const;
      await this.audit.append(tx, workspaceId, [{ actor, action: 'API_TOKEN_REVOKED', target, payload }]);
    });
    await this.admissions.forget({ workspaceId, tokenId: uuid });
  }
}

/** The last use of each token, in the order of the tokens' ids, so that two jobs lock them in the same order. */
function lastUses(uses: readonly TokenUse[]): TokenUse[] {
  const last = new Map<string, TokenUse>();
  for (const use of uses) if (use.at > (last.get(use.tokenId)?.at ?? '')) last.set(use.tokenId, use);
  return [...last.values()].sort((a, b) => (a.tokenId < b.tokenId ? -1 : 1));
}

/** Nothing for a token that is no longer there. */
function toAuditEntry(use: TokenUse, token: UsedToken | undefined): AuditEntry[] {
  if (!token) return [];
  const id = toPublicId('apiToken', use.tokenId);
  const { ip, userAgent, requestId, clientRequestId, hitsSinceLast } = use;
  const actor = { type: 'token', id, name: token.label, ip, userAgent, requestId, clientRequestId } as const;
  const payload = { displayPrefix: token.displayPrefix, scopes: token.scopes, hitsSinceLast };
  return [
    { actor, action: 'API_TOKEN_USED', target: { type: 'api_token', id }, payload, id: use.id, at: new Date(use.at) },
  ];
}
