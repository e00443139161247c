import type { UpdateTokenBody } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { Admissions } from '../admission/admissions.js';
import { personAt } from '../audit-log/actor.js';
import { AuditTrail, type AuditEntry } from '../audit-log/audit-trail.js';
import { requireRecentMfa } from '../http/admit-session.js';
import type { WorkspaceCaller } from '../http/current-session.js';
import { type JsonText } from '../http/envelope.js';
import { normalizeRanges } from '../http/ip-ranges.js';
import { foundOne, uuidFromPath } from '../resources/found.js';
import { tokenEntry } from './token-audit.js';
import { mfaProofOf } from '../audit-log/mfa-proof.js';
import { TokenChangesRepository, type LockedToken, type TokenFields } from './token-changes.repository.js';

const fieldNames = ['label', 'disabled', 'ipAllowlist', 'scopes'] as const;

@Injectable()
export class TokenUpdates {
  constructor(
    private readonly database: Database,
    private readonly tokens: TokenChangesRepository,
    private readonly audit: AuditTrail,
    private readonly admissions: Admissions,
  ) {}

  /**
   * Takes effect everywhere before it resolves. Taking power away is quick; what may give some back, enabling
   * and another allow-list, asks for a recent second factor.
   * @throws AppError `mfa_required`, `mfa_enrollment_required`; `not_found`; `conflict` for a token that is over;
   * `invalid_request` for a scope that it does not have.
   */
  async update(
    { session, membership, caller }: WorkspaceCaller,
    tokenId: string,
    patch: UpdateTokenBody,
  ): Promise<JsonText> {
    if (patch.disabled === false || patch.ipAllowlist) requireRecentMfa(session);
    const { workspaceId } = membership;
    const id = uuidFromPath('apiToken', tokenId);
    const token = await this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const old = await this.tokens.lock(tx, workspaceId, id);
      if (!old) throw new AppError('not_found');
      refuseIfOver(old);
      refuseWidening(old, patch);
      const fields = patched(old, patch);
      const changes = changesOf(old, fields);
      if (!changes) return this.tokens.getJson(tx, workspaceId, id);
      await this.tokens.update(tx, workspaceId, { tokenId: id, ...fields });
      const act = { actor: personAt(session.user, caller), action: 'API_TOKEN_UPDATED' } as const;
      const entry = tokenEntry(act, { ...old, scopes: fields.scopes }, { ...changes, mfa: mfaProofOf(session) });
      await this.audit.append(tx, workspaceId, [entry]);
      return this.tokens.getJson(tx, workspaceId, id);
    });
    // Also when nothing changed: the change may be that of an earlier try, whose process was gone before it could tell.
    await this.admissions.forget({ workspaceId, tokenId: id });
    return foundOne('token', token);
  }
}

function refuseIfOver({ status }: LockedToken): void {
  if (status === 'expired' || status === 'retired' || status === 'revoked')
    throw new AppError('conflict', { message: `The token is ${status}: it cannot be changed any more.` });
}

function refuseWidening({ scopes }: LockedToken, { scopes: wanted = [] }: UpdateTokenBody): void {
  const details = wanted.flatMap((scope, index) =>
    scopes.includes(scope)
      ? []
      : [{ path: `scopes.${index}`, code: 'not_narrowing', message: 'is not a scope that the token has' }],
  );
  if (details.length > 0) throw new AppError('invalid_request', { details });
}

function patched(token: LockedToken, { label, disabled, ipAllowlist, scopes }: UpdateTokenBody): TokenFields {
  return {
    label: label ?? token.label,
    disabled: disabled ?? token.isDisabled,
    ipAllowlist: ipAllowlist ? normalizeRanges(ipAllowlist) : token.ipAllowlist,
    scopes: scopes ?? token.scopes,
  };
}

/** What the audit log tells of it; `null` when everything stays as it was. */
function changesOf(token: LockedToken, after: TokenFields): AuditEntry['payload'] | null {
  const before: TokenFields = patched(token, {});
  const names = fieldNames.filter((name) => !isSame(before[name], after[name]));
  if (names.length === 0) return null;
  const only = (fields: TokenFields) => Object.fromEntries(names.map((name) => [name, fields[name]]));
  return { before: only(before), after: only(after) };
}

/** Lists are sets here. */
function isSame(one: TokenFields[keyof TokenFields], other: TokenFields[keyof TokenFields]): boolean {
  return Array.isArray(one) && Array.isArray(other)
    ? one.length === other.length && one.every((item) => other.includes(item))
    : one === other;
}
