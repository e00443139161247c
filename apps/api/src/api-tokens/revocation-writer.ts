import type { WorkspaceTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../audit-log/actor.js';
import { AuditTrail, type AuditEntry } from '../audit-log/audit-trail.js';
import { tokenEntry } from './token-audit.js';
import { TokenChangesRepository, type LockedToken } from './token-changes.repository.js';

export interface Revocation {
  readonly actor: Actor;
  readonly reason: string | null;
  /** What else the audit log is to tell, by the token's bare UUID. */
  readonly circumstancesOf: (tokenId: string) => AuditEntry['payload'];
}

/** Revokes tokens that are locked, with the entries that tell of it. Whoever calls it has admission forget them. */
@Injectable()
export class RevocationWriter {
  constructor(
    private readonly tokens: TokenChangesRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** @returns how many were revoked that were not before. */
  async revoke(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { locked, actor, reason, circumstancesOf }: Revocation & { locked: readonly LockedToken[] },
  ): Promise<number> {
    const living = locked.filter(({ status }) => status !== 'revoked');
    await this.tokens.markRevoked(tx, workspaceId, { tokenIds: living.map(({ id }) => id), reason });
    const act = { actor, action: 'API_TOKEN_REVOKED' } as const;
    const entries = living.map((token) => tokenEntry(act, token, { reason, ...circumstancesOf(token.id) }));
    await this.audit.append(tx, workspaceId, entries);
    return living.length;
  }
}
