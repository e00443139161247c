import { newUuid, toPublicId, type RotateTokenBody } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { Admissions } from '../admission/admissions.js';
import { personAt } from '../audit-log/actor.js';
import { AuditTrail } from '../audit-log/audit-trail.js';
import type { WorkspaceCaller } from '../http/current-session.js';
import { jsonText, type JsonText } from '../http/envelope.js';
import { uuidFromPath } from '../resources/found.js';
import { tokenEntry } from './token-audit.js';
import { mfaProofOf } from '../audit-log/mfa-proof.js';
import { TokenChangesRepository, type LockedToken } from './token-changes.repository.js';
import { TokenMint } from './token-mint.js';

/**
 * Invariants: a token has one successor at most, whoever rotates it at the same moment; and there is no moment
 * without a good secret, for the new one is good from the commit on that sets the old one's end.
 */
@Injectable()
export class TokenRotation {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenChangesRepository,
    private readonly audit: AuditTrail,
    private readonly admissions: Admissions,
    private readonly mint: TokenMint,
  ) {}

  /**
   * `{ token, secret, predecessor }`: the one time that the new secret is told. When this resolves, the old one
   * is refused everywhere, or, during an overlap, announces its end everywhere. A disabled token stays so; its
   * successor is enabled.
   * @throws AppError `not_found`; `conflict` for a token that is over or was rotated before.
   */
  async rotate(
    { session, membership, caller }: WorkspaceCaller,
    tokenId: string,
    { overlapSeconds }: RotateTokenBody,
  ): Promise<JsonText> {
    const { workspaceId } = membership;
    const predecessorId = uuidFromPath('apiToken', tokenId);
    const answer = await this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const old = await this.tokens.lock(tx, workspaceId, predecessorId);
      if (!old) throw new AppError('not_found');
      refuseUnlessRotatable(old);
      const { secret, ...minted } = this.mint.mint(old.mode);
      const id = newUuid();
      const successor = { id, ...minted, predecessorId, createdBy: session.user.id };
      const hasEnd = await this.tokens.createSuccessor(tx, workspaceId, successor);
      await this.tokens.markRotated(tx, workspaceId, { tokenId: predecessorId, overlapSeconds });
      if (hasEnd) await this.tokens.noteExpiry(tx, workspaceId);
      const act = { actor: personAt(session.user, caller), action: 'API_TOKEN_ROTATED' } as const;
      const successorId = toPublicId('apiToken', id);
      const names = { successorId, successorDisplayPrefix: minted.displayPrefix };
      const entry = tokenEntry(act, old, { ...names, overlapSeconds, mfa: mfaProofOf(session) });
      await this.audit.append(tx, workspaceId, [entry]);
      const token = await this.tokens.getJson(tx, workspaceId, id);
      const predecessor = await this.tokens.getJson(tx, workspaceId, predecessorId);
      return jsonText(`{"token":${token},"secret":${JSON.stringify(secret)},"predecessor":${predecessor}}`);
    });
    await this.admissions.forget({ workspaceId, tokenId: predecessorId });
    return answer;
  }
}

function refuseUnlessRotatable({ status, isRotated }: LockedToken): void {
  if (isRotated) throw new AppError('conflict', { message: 'The token was rotated already.' });
  if (status !== 'active' && status !== 'disabled')
    throw new AppError('conflict', { message: `The token is ${status}: it cannot be rotated any more.` });
}
