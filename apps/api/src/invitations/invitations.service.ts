import { newUuid, toPublicId, type Invitation, type NewMemberBody, type PageQuery } from '@calkeep/contract';
import { Database, type WorkspaceTransaction } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { personAt } from '../audit-log/actor.js';
import { AuditTrail, type AuditEntry } from '../audit-log/audit-trail.js';
import type { WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import { MembersService } from '../members/members.service.js';
import { foundPage, uuidFromPath } from '../resources/found.js';
import { newInvitationSecret } from './invitation-secret.js';
import { InvitationsRepository } from './invitations.repository.js';
import { WelcomeMail, type Welcome } from './welcome-mail.js';

/** Each is a mail to a stranger in words that the workspace chooses. */
const invitationsPerDayMax = 500;

export interface NewInvitation {
  /** The link is told this once. */
  readonly invitation: Invitation & { readonly link: string };
}

/**
 * How administrators bring people in. Invariant: of the invitations for an e-mail address at most one is open, and
 * its secret is nowhere but in its link.
 */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly database: Database,
    private readonly invitations: InvitationsRepository,
    private readonly members: MembersService,
    private readonly audit: AuditTrail,
    private readonly mail: WelcomeMail,
  ) {}

  async list({ membership }: WorkspaceCaller, query: PageQuery): Promise<JsonText> {
    const db = this.database.forWorkspace(membership.workspaceId);
    return foundPage('invitations', query, await this.invitations.findMany(db, query));
  }

  /**
   * Adds whoever has an account with this e-mail address, and invites whoever has none. Either takes the place of
   * the invitation that was open.
   * @returns `{ member }` or `{ invitation }`
   * @throws AppError `not_found`, `forbidden`, `conflict`, `rate_limited`
   */
  async add(by: WorkspaceCaller, { email, role }: NewMemberBody): Promise<JsonText | NewInvitation> {
    const { workspaceId } = by.membership;
    return this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const { name: workspaceName } = await this.members.lock(tx, workspaceId);
      const replaced = await this.invitations.markReplaced(tx, workspaceId, email);
      await this.members.requirePermission(tx, by, { from: replaced?.role ?? null, to: role, isOwn: false });
      const circumstances = { replaces: replaced && toPublicId('invitation', replaced.id) };
      const person = await this.invitations.findPerson(tx, email);
      const welcome = { by, to: person?.email ?? email, workspaceName, role };
      if (!person) return this.#invite(tx, welcome, circumstances);
      const actor = personAt(by.session.user, by.caller);
      const member = await this.members.join(tx, workspaceId, { actor, user: person, role, circumstances });
      await this.mail.added(tx, welcome);
      return member;
    });
  }

  /** @throws AppError `not_found` for one that is not open (any more), `forbidden` */
  async revoke(by: WorkspaceCaller, invitationId: string): Promise<{ invitation: Invitation }> {
    const uuid = uuidFromPath('invitation', invitationId);
    const { workspaceId } = by.membership;
    return this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      await this.members.lock(tx, workspaceId);
      const invitation = await this.#get(tx, workspaceId, uuid);
      const { email, role } = invitation;
      await this.members.requirePermission(tx, by, { from: role, to: null, isOwn: false });
      await this.invitations.markRevoked(tx, workspaceId, uuid);
      await this.#tell(tx, by, { action: 'INVITATION_REVOKED', invitationId, payload: { email, role } });
      return { invitation };
    });
  }

  async #invite(
    tx: WorkspaceTransaction,
    welcome: Welcome,
    circumstances: AuditEntry['payload'],
  ): Promise<NewInvitation> {
    const { by, to: email, role } = welcome;
    const { workspaceId } = by.membership;
    await this.#requireFreeInvitation(tx, workspaceId);
    const id = newUuid();
    const { secret, secretHash } = newInvitationSecret(workspaceId);
    await this.invitations.create(tx, workspaceId, { id, email, role, secretHash, invitedBy: by.session.user.id });
    const link = this.mail.linkOf(secret);
    await this.mail.invite(tx, welcome, link);
    const payload = { email, role, ...circumstances };
    await this.#tell(tx, by, { action: 'INVITATION_CREATED', invitationId: toPublicId('invitation', id), payload });
    return { invitation: { ...(await this.#get(tx, workspaceId, id)), link } };
  }

  async #requireFreeInvitation(tx: WorkspaceTransaction, workspaceId: string): Promise<void> {
    const wait = await this.invitations.secondsUntilFree(tx, workspaceId, invitationsPerDayMax);
    if (wait > 0)
      throw new AppError('rate_limited', {
        message: 'The workspace has invited too many people today; wait for the seconds that Retry-After names.',
        headers: { 'Retry-After': String(wait) },
      });
  }

  async #get(tx: WorkspaceTransaction, workspaceId: string, id: string): Promise<Invitation> {
    const invitation = await this.invitations.findById(tx, workspaceId, id);
    if (!invitation) throw new AppError('not_found');
    return invitation;
  }

  #tell(
    tx: WorkspaceTransaction,
    { session, membership, caller }: WorkspaceCaller,
    { action, invitationId, payload }: Pick<AuditEntry, 'action' | 'payload'> & { invitationId: string },
  ): Promise<void> {
    const target = { type: 'invitation', id: invitationId } as const;
    return this.audit.append(tx, membership.workspaceId, [
      { actor: personAt(session.user, caller), action, target, payload },
    ]);
  }
}
