import { toPublicId, type AcceptedInvitationData, type InvitationPreviewData, type Role } from '@calkeep/contract';
import { Database, type WorkspaceTransaction } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { Attempts } from '../attempts/attempts.js';
import { personAt } from '../audit-log/actor.js';
import { addressBlock } from '../http/caller-address.js';
import type { Caller } from '../http/credential-resolver.js';
import type { Session } from '../http/session.js';
import { MembersService, type LockedWorkspace } from '../members/members.service.js';
import { parseInvitationSecret, type InvitationSecret } from './invitation-secret.js';
import { InvitationsRepository, type OpenInvitation } from './invitations.repository.js';

/** From one address; a person follows a link, and an office follows a few. */
const lookUpsOfAddress = { requests: 60, windowSeconds: 60 };

/** Who accepts, by bare UUID. */
export interface Guest {
  readonly user: Session['user'];
  readonly caller: Caller;
}

/**
 * What those do who were invited. The workspace is the one that the secret names, and of no use until the rest of
 * the secret has been found there. Unknown, malformed, used, expired, revoked and replaced secrets are all
 * answered `not_found`.
 */
@Injectable()
export class AcceptanceService {
  constructor(
    private readonly database: Database,
    private readonly invitations: InvitationsRepository,
    private readonly members: MembersService,
    private readonly attempts: Attempts,
  ) {}

  /** @throws AppError `not_found`, `rate_limited` */
  async preview(secret: string, caller: Caller): Promise<InvitationPreviewData> {
    const subject = addressBlock(caller.address);
    await this.attempts.take([{ name: 'invitation:address', subject, quota: lookUpsOfAddress }]);
    const { workspaceId, secretHash } = requireSecret(secret);
    const preview = await this.invitations.findPreview(this.database.forWorkspace(workspaceId), secretHash);
    if (!preview) throw new AppError('not_found');
    return preview;
  }

  /** Makes a member of who is signed in with the invited address. @throws AppError as `join` */
  async accept(secret: string, guest: Guest): Promise<AcceptedInvitationData> {
    const parsed = requireSecret(secret);
    const { workspaceId } = parsed;
    const { name, plan, role } = await this.database
      .forWorkspace(workspaceId)
      .transaction((tx) => this.join(tx, parsed, guest));
    return { workspace: { id: toPublicId('workspace', workspaceId), name, plan, role } };
  }

  /**
   * In a transaction that is in the secret's workspace. Uses the invitation up.
   * @throws AppError `not_found`; `forbidden` for another e-mail address than the invited one; `conflict`
   */
  async join(
    tx: WorkspaceTransaction,
    { workspaceId, secretHash }: InvitationSecret,
    { user, caller }: Guest,
  ): Promise<LockedWorkspace & { role: Role }> {
    const workspace = await this.members.lock(tx, workspaceId);
    const { id, role, invitedBy } = await this.#take(tx, { workspaceId, secretHash }, user.email);
    const circumstances = {
      invitationId: toPublicId('invitation', id),
      invitedBy: invitedBy && toPublicId('user', invitedBy),
    };
    await this.members.join(tx, workspaceId, { actor: personAt(user, caller), user, role, circumstances });
    return { ...workspace, role };
  }

  async #take(
    tx: WorkspaceTransaction,
    { workspaceId, secretHash }: InvitationSecret,
    email: string,
  ): Promise<OpenInvitation> {
    const invitation = await this.invitations.findBySecretHash(tx, workspaceId, secretHash);
    if (!invitation) throw new AppError('not_found');
    if (invitation.email.toLowerCase() !== email.toLowerCase())
      throw new AppError('forbidden', { message: 'This invitation is for another e-mail address.' });
    if (!(await this.invitations.markAccepted(tx, workspaceId, invitation.id))) throw new AppError('not_found');
    return invitation;
  }
}

/** @throws AppError `not_found` */
export function requireSecret(text: string): InvitationSecret {
  const secret = parseInvitationSecret(text);
  if (!secret) throw new AppError('not_found');
  return secret;
}
