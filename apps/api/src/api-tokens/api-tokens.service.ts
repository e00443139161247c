import { toPublicId, type ApiTokensQuery, type Me, type OrphansQuery } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import type { TokenUse, TokenUseBatch } from '@calkeep/queue';
import { Injectable } from '@nestjs/common';
import { inetOf } from '../http/caller-address.js';
import { AuditTrail, type AuditEntry } from '../audit-log/audit-trail.js';
import type { WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { foundOne, foundPage, uuidFromPath } from '../resources/found.js';
import { ApiTokensRepository, type UsedToken } from './api-tokens.repository.js';

/** What there is to know of tokens. They are issued, rotated, changed and revoked by the services beside this one. */
@Injectable()
export class ApiTokensService {
  constructor(
    private readonly database: Database,
    private readonly tokens: ApiTokensRepository,
    private readonly audit: AuditTrail,
  ) {}

  async list({ membership }: WorkspaceCaller, query: ApiTokensQuery): Promise<JsonText> {
    const db = this.database.forWorkspace(membership.workspaceId);
    return foundPage('apiTokens', query, await this.tokens.findMany(db, query));
  }

  async get({ membership }: WorkspaceCaller, id: string): Promise<JsonText> {
    const db = this.database.forWorkspace(membership.workspaceId);
    return foundOne('token', await this.tokens.findById(db, uuidFromPath('apiToken', id)));
  }

  /** Tokens that nobody may be looking after any more, with the reasons to think so. */
  async listOrphans({ membership }: WorkspaceCaller, query: OrphansQuery): Promise<JsonText> {
    const db = this.database.forWorkspace(membership.workspaceId);
    return foundPage('orphans', query, await this.tokens.findOrphans(db, query));
  }

  /**
   * Records uses of the workspace's tokens in its audit log and moves their last use forward. Uses that are
   * recorded already are passed over. On plain `pg`: by Prisma it took a fourteenth of a busy server's time.
   */
  async recordUses({ workspaceId, uses }: TokenUseBatch): Promise<void> {
    await this.database.forWorkspace(workspaceId).hold(async (tx) => {
      const tokens = await this.tokens.findForUses(tx, [...new Set(uses.map((use) => use.tokenId))]);
      const entries = uses.flatMap((use) => toAuditEntry(use, tokens.get(use.tokenId)));
      // Tokens before the head of the chain, as a revocation does: the other way round they would deadlock, and
      // the head, for which every change of the workspace waits, would be held for longer.
      for (const use of lastUses(uses)) await this.tokens.moveLastUse(tx, use);
      await this.audit.appendHeld(tx, entries);
      await tx.commit();
    });
  }

  /** What the principal's own token and its issuer are. @throws AppError `not_found` if it is no longer there. */
  async describe(principal: Principal): Promise<Pick<Me, 'token' | 'issuer'>> {
    const db = this.database.forWorkspace(principal.homeWorkspaceId);
    const text = await this.tokens.findDescription(db, principal.subject.id);
    if (text === null) throw new AppError('not_found');
    return JSON.parse(text) as Pick<Me, 'token' | 'issuer'>;
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
  const actor = {
    type: 'token',
    id,
    name: token.label,
    ip: inetOf(ip),
    userAgent,
    requestId,
    clientRequestId,
  } as const;
  const payload = { displayPrefix: token.displayPrefix, scopes: token.scopes, hitsSinceLast };
  return [
    { actor, action: 'API_TOKEN_USED', target: { type: 'api_token', id }, payload, id: use.id, at: new Date(use.at) },
  ];
}
