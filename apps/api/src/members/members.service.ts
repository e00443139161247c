import { toPublicId, type MembersQuery, type Role } from '@calkeep/contract';
import { Database, type WorkspaceTransaction } from '@calkeep/database';
import { AppError } from '@calkeep/platform';
import { Injectable } from '@nestjs/common';
import { personAt, type Actor } from '../audit-log/actor.js';
import { AuditTrail, type AuditEntry } from '../audit-log/audit-trail.js';
import type { WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import { foundOne, foundPage, uuidFromPath } from '../resources/found.js';
import { permits, takesLastOwner, type RoleChange } from './member-rules.js';
import { MembersRepository, type LockedWorkspace, type Standing } from './members.repository.js';

export type { LockedWorkspace };

export interface NewMember {
  readonly actor: Actor;
  /** By bare UUID. */
  readonly user: { readonly id: string; readonly email: string };
  readonly role: Role;
  /** What else the audit log is to tell of how they came. */
  readonly circumstances: AuditEntry['payload'];
}

/**
 * Invariants: a workspace is never without an owner, and only owners make, change or remove one. Whatever
 * changes who is in a workspace locks it first, and is decided by what is true under the lock.
 */
@Injectable()
export class MembersService {
  constructor(
    private readonly database: Database,
    private readonly members: MembersRepository,
    private readonly audit: AuditTrail,
  ) {}

  async list({ membership }: WorkspaceCaller, query: MembersQuery): Promise<JsonText> {
    const db = this.database.forWorkspace(membership.workspaceId);
    return foundPage('members', query, await this.members.findMany(db, query));
  }

  /** The role that they have already is no change. @throws AppError `not_found`, `forbidden`, `conflict` */
  async changeRole(by: WorkspaceCaller, userId: string, role: Role): Promise<JsonText> {
    const uuid = uuidFromPath('user', userId);
    const { workspaceId } = by.membership;
    return this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const { role: from, email } = await this.#authorize(tx, by, { userId: uuid, to: role });
      if (from !== role) {
        await this.members.update(tx, workspaceId, { userId: uuid, role });
        await this.#tell(tx, by, { action: 'MEMBER_ROLE_CHANGED', userId, payload: { email, from, to: role } });
      }
      return foundOne('member', await this.members.findById(tx, workspaceId, uuid));
    });
  }

  /** Somebody else, or oneself. What they issued stays. @throws AppError `not_found`, `forbidden`, `conflict` */
  async remove(by: WorkspaceCaller, userId: string): Promise<JsonText> {
    const uuid = uuidFromPath('user', userId);
    const { workspaceId } = by.membership;
    return this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const { role, email } = await this.#authorize(tx, by, { userId: uuid, to: null });
      const member = foundOne('member', await this.members.findById(tx, workspaceId, uuid));
      await this.members.remove(tx, workspaceId, uuid);
      await this.#tell(tx, by, { action: 'MEMBER_REMOVED', userId, payload: { email, role } });
      return member;
    });
  }

  /** Until the transaction ends nobody else changes who is in the workspace. @throws AppError `not_found` */
  async lock(tx: WorkspaceTransaction, workspaceId: string): Promise<LockedWorkspace> {
    const workspace = await this.members.lockWorkspace(tx, workspaceId);
    if (!workspace) throw new AppError('not_found');
    return workspace;
  }

  /**
   * By the role that they have under the lock: it may be another than the one with which the request was let in.
   * @throws AppError `not_found` for who is no member any more, `forbidden`
   */
  async requirePermission(tx: WorkspaceTransaction, by: WorkspaceCaller, change: RoleChange): Promise<void> {
    const standing = await this.members.findStanding(tx, by.membership.workspaceId, by.session.user.id);
    if (!standing) throw new AppError('not_found');
    if (!permits(standing.role, change)) throw new AppError('forbidden');
  }

  /** In a transaction that has locked the workspace. @throws AppError `conflict` for who is a member already. */
  async join(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { actor, user, role, circumstances }: NewMember,
  ): Promise<JsonText> {
    const isNew = await this.members.create(tx, workspaceId, { userId: user.id, role });
    if (!isNew) throw new AppError('conflict', { message: 'This person is a member already.' });
    const target = { type: 'user', id: toPublicId('user', user.id) } as const;
    const payload = { email: user.email, role, ...circumstances };
    await this.audit.append(tx, workspaceId, [{ actor, action: 'MEMBER_ADDED', target, payload }]);
    return foundOne('member', await this.members.findById(tx, workspaceId, user.id));
  }

  /** Locks the workspace. @returns what the member is before the change. */
  async #authorize(
    tx: WorkspaceTransaction,
    by: WorkspaceCaller,
    { userId, to }: { userId: string; to: Role | null },
  ): Promise<Standing> {
    const { workspaceId, role } = by.membership;
    await this.lock(tx, workspaceId);
    const standing = await this.members.findStanding(tx, workspaceId, userId);
    const change = { from: standing?.role ?? null, to, isOwn: userId === by.session.user.id };
    if (!permits(role, change)) throw new AppError('forbidden');
    if (!standing) throw new AppError('not_found');
    // Before the second look at who asks: of two last owners who remove each other, the second is told this.
    if (takesLastOwner(change, await this.members.countOwners(tx, workspaceId)))
      throw new AppError('conflict', { message: 'A workspace needs an owner, and this is the last one.' });
    await this.requirePermission(tx, by, change);
    return standing;
  }

  #tell(
    tx: WorkspaceTransaction,
    { session, membership, caller }: WorkspaceCaller,
    { action, userId, payload }: Pick<AuditEntry, 'action' | 'payload'> & { userId: string },
  ): Promise<void> {
    const target = { type: 'user', id: userId } as const;
    return this.audit.append(tx, membership.workspaceId, [
      { actor: personAt(session.user, caller), action, target, payload },
    ]);
  }
}
