import { newUuid, type IssueTokenBody } from '@calkeep/contract';
import { Database, type WorkspaceTransaction } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { personAt } from '../audit-log/actor.js';
import { AuditTrail } from '../audit-log/audit-trail.js';
import type { WorkspaceCaller } from '../http/current-session.js';
import { jsonText, type JsonText } from '../http/envelope.js';
import { normalizeRanges } from '../http/ip-ranges.js';
import { tokenEntry } from './token-audit.js';
import { mfaProofOf } from '../audit-log/mfa-proof.js';
import { TokenChangesRepository, type TokenTerms } from './token-changes.repository.js';
import { expiryOf } from './token-expiry.js';
import { TokenMint } from './token-mint.js';

/** Invariant: a workspace never has more active tokens than its plan allows, however many are issued at once. */
@Injectable()
export class TokenIssuing {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenChangesRepository,
    private readonly audit: AuditTrail,
    private readonly mint: TokenMint,
  ) {}

  /**
   * `{ token, secret }`: the one time that the secret is told.
   * @throws AppError `invalid_request` for its end, `quota_exceeded`, `conflict` without a sandbox for a test token.
   */
  issue({ session, membership, caller }: WorkspaceCaller, body: IssueTokenBody): Promise<JsonText> {
    const { workspaceId } = membership;
    const { secret, ...minted } = this.mint.mint(body.mode);
    const { label, mode, scopes } = body;
    return this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const { lifetimeDaysMax } = await this.#admit(tx, workspaceId, mode);
      const expiresAt = expiryOf(body, { now: this.mint.now(), lifetimeDaysMax });
      const ipAllowlist = normalizeRanges(body.ipAllowlist);
      const created = { id: newUuid(), ...minted, label, mode, scopes, ipAllowlist, expiresAt };
      await this.tokens.create(tx, workspaceId, { ...created, createdBy: session.user.id });
      if (expiresAt) await this.tokens.noteExpiry(tx, workspaceId);
      const act = { actor: personAt(session.user, caller), action: 'API_TOKEN_ISSUED' } as const;
      const payload = {
        label,
        mode,
        ipAllowlist,
        expiresAt: expiresAt?.toISOString() ?? null,
        mfa: mfaProofOf(session),
      };
      await this.audit.append(tx, workspaceId, [tokenEntry(act, created, payload)]);
      const token = await this.tokens.getJson(tx, workspaceId, created.id);
      return jsonText(`{"token":${token},"secret":${JSON.stringify(secret)}}`);
    });
  }

  /** Locks the workspace, so that the tokens are counted that others issue at this moment. */
  async #admit(tx: WorkspaceTransaction, workspaceId: string, mode: 'live' | 'test'): Promise<TokenTerms> {
    const terms = await this.tokens.lockTerms(tx, workspaceId);
    if (!terms) throw new AppError('not_found');
    if (mode === 'test' && !terms.hasSandbox)
      throw new AppError('conflict', { message: 'The workspace has no sandbox, which is where test tokens work.' });
    const used = await this.tokens.countActive(tx, workspaceId);
    const limit = terms.activeTokensMax;
    if (used >= limit) throw new AppError('quota_exceeded', { details: { resource: 'api_tokens', limit, used } });
    return terms;
  }
}
