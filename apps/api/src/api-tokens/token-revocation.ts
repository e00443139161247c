import { toPublicId, type RevokeTokenBody } from '@calkeep/contract';
import { Database, type WorkspaceTransaction } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { Admissions } from '../admission/admissions.js';
import { personAt, placeOf, type Actor } from '../audit-log/actor.js';
import type { Caller } from '../http/credential-resolver.js';
import type { WorkspaceCaller } from '../http/current-session.js';
import { jsonText, type JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { uuidFromPath } from '../resources/found.js';
import { RevocationWriter } from './revocation-writer.js';
import { mfaProofOf } from '../audit-log/mfa-proof.js';
import { TokenChangesRepository, type LockedToken } from './token-changes.repository.js';

/**
 * A successor that was issued this shortly before its predecessor is revoked is revoked with it. Who revokes a
 * token while somebody else rotates it means to end what it can do, whichever of the two comes first. Who rotated
 * it longer ago, and revokes the old one during its overlap, keeps the new one.
 */
const successorSeconds = 10;

/** Invariant: when a revocation resolves, no process accepts the token; of requests that start afterwards none passes. */
@Injectable()
export class TokenRevocation {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenChangesRepository,
    private readonly writer: RevocationWriter,
    private readonly admissions: Admissions,
  ) {}

  /** `{ token, alsoRevoked }`. Revoking a revoked token is no error and changes nothing. @throws AppError `not_found` */
  async revoke(
    { session, membership, caller }: WorkspaceCaller,
    tokenId: string,
    { reason }: RevokeTokenBody,
  ): Promise<JsonText> {
    const { workspaceId } = membership;
    const id = uuidFromPath('apiToken', tokenId);
    const actor = personAt(session.user, caller);
    const mfa = mfaProofOf(session);
    const { token, ids } = await this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const locked = await this.#lockWithSuccessors(tx, workspaceId, id);
      await this.writer.revoke(tx, workspaceId, { locked, actor, reason, circumstancesOf: () => ({ mfa }) });
      return { token: await this.tokens.getJson(tx, workspaceId, id), ids: locked.map((each) => each.id) };
    });
    // Also of a token that was revoked before: whoever did that may have been gone before it could tell.
    await this.admissions.forgetAll(ids.map((each) => ({ workspaceId, tokenId: each })));
    const [, ...alsoRevoked] = ids.map((each) => toPublicId('apiToken', each));
    return jsonText(`{"token":${token},"alsoRevoked":${JSON.stringify(alsoRevoked)}}`);
  }

  /** A token ends itself, and nothing but itself. */
  async revokeOwn({ subject, homeWorkspaceId: workspaceId }: Principal, caller: Caller): Promise<void> {
    const tokenId = subject.id;
    await this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const token = await this.tokens.lock(tx, workspaceId, tokenId);
      if (!token) throw new AppError('not_found');
      const id = toPublicId('apiToken', tokenId);
      const actor: Actor = { type: 'token', id, name: token.label, ...placeOf(caller) };
      const circumstancesOf = () => ({});
      await this.writer.revoke(tx, workspaceId, { locked: [token], actor, reason: 'self', circumstancesOf });
    });
    await this.admissions.forget({ workspaceId, tokenId });
  }

  /** The token, and behind it the successors that go with it. */
  async #lockWithSuccessors(tx: WorkspaceTransaction, workspaceId: string, id: string): Promise<LockedToken[]> {
    const locked: LockedToken[] = [];
    let next = await this.tokens.lock(tx, workspaceId, id);
    if (!next) throw new AppError('not_found');
    while (next) {
      locked.push(next);
      const within = { tokenId: next.id, issuedWithinSeconds: successorSeconds };
      next = await this.tokens.lockSuccessor(tx, workspaceId, within);
    }
    return locked;
  }
}
