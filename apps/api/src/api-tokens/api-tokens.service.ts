import { newUuid, parsePublicId, toPublicId, type Me, type Scope } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { Admissions } from '../admission/admissions.js';
import type { Actor } from '../audit-log/actor.js';
import { AuditTrail } from '../audit-log/audit-trail.js';
import type { Principal } from '../http/principal.js';
import { ApiTokensRepository } from './api-tokens.repository.js';
import { TokenMint } from './token-mint.js';

export interface IssueRequest {
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly mode: 'live' | 'test';
  readonly expiresAt: Date | null;
}

@Injectable()
export class ApiTokensService {
  constructor(
    private readonly database: Database,
    private readonly tokens: ApiTokensRepository,
    private readonly audit: AuditTrail,
    private readonly admissions: Admissions,
    private readonly mint: TokenMint,
  ) {}

  /** What the principal's own token and its issuer are. @throws AppError `not_found` if it is no longer there. */
  async describe(principal: Principal): Promise<Pick<Me, 'token' | 'issuer'>> {
    const db = this.database.forWorkspace(principal.homeWorkspaceId);
    const text = await this.tokens.findDescription(db, principal.subject.id);
    if (text === null) throw new AppError('not_found');
    return JSON.parse(text) as Pick<Me, 'token' | 'issuer'>;
  }

  /** The one time that the secret is told. */
  async issue(actor: Actor, request: IssueRequest): Promise<{ id: string; secret: string; displayPrefix: string }> {
    const { secret, displayPrefix, hash } = this.mint.mint(request.mode);
    const id = newUuid();
    const publicId = toPublicId('apiToken', id);
    await this.database.forWorkspace(actor.workspaceId).transaction(async (tx) => {
      const createdBy = actor.type === 'user' && actor.id !== null ? parsePublicId('user', actor.id) : null;
      const scopes = [...new Set(request.scopes)];
      await this.tokens.create(tx, actor.workspaceId, { ...request, id, scopes, displayPrefix, hash, createdBy });
      await this.audit.append(tx, actor, {
        action: 'API_TOKEN_ISSUED',
        target: { type: 'api_token', id: publicId },
        payload: { displayPrefix, scopes, mode: request.mode },
      });
    });
    return { id: publicId, secret, displayPrefix };
  }

  /**
   * When this resolves, no process accepts the token any more: of requests that start afterwards none passes.
   * Revoking a revoked token is no error and changes nothing.
   * @throws AppError `not_found` for a token that is not this workspace's.
   */
  async revoke(actor: Actor, tokenId: string, { reason = null }: { reason?: string | null } = {}): Promise<void> {
    const { workspaceId } = actor;
    const uuid = parsePublicId('apiToken', tokenId);
    if (uuid === null) throw new AppError('not_found');
    await this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const token = await this.tokens.findForAudit(tx, workspaceId, uuid);
      if (!token) throw new AppError('not_found');
      const isDone = await this.tokens.markRevoked(tx, workspaceId, { tokenId: uuid, reason, at: this.mint.now() });
      if (!isDone) return;
      await this.audit.append(tx, actor, {
        action: 'API_TOKEN_REVOKED',
        target: { type: 'api_token', id: tokenId },
        payload: { displayPrefix: token.displayPrefix, scopes: token.scopes, reason },
      });
    });
    await this.admissions.forget({ workspaceId, tokenId: uuid });
  }
}
