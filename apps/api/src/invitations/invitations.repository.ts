import type { Invitation, InvitationPreviewData, PageQuery, Role } from '@calkeep/contract';
import {
  finishJson,
  id,
  instant,
  json,
  jsonObject,
  type Statement,
  type WorkspaceDatabase,
  type WorkspaceTransaction,
} from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { Page } from '../resources/resource-statements.js';

export const invitationDays = 7;

/** By the database's clock, the one clock of all processes. */
const isOpen = 'i.accepted_at is null and i.revoked_at is null and i.expires_at > now()';

const row = jsonObject({
  id: id('invitation', 'i.id'),
  email: json('i.email'),
  role: json('i.role'),
  invitedBy: {
    sql: `case when u.id is null then 'null' else ${jsonObject({ id: id('user', 'u.id'), name: json('u.name') })} end`,
  },
  createdAt: instant('i.created_at'),
  expiresAt: instant('i.expires_at'),
});

const byIdText = `
  select ${row} as json from invitations i left join users u on u.id = i.invited_by
  where i.workspace_id = $1::uuid and i.id = $2::uuid and ${isOpen}`;

const pageStatement: Statement = {
  name: 'invitations_page',
  text: `
    select coalesce(string_agg(${row}, ',' order by i.created_at desc, i.id desc), ''),
           (select count(*)::text from invitations i where i.workspace_id = $1 and ${isOpen})
    from (select * from invitations i where i.workspace_id = $1 and ${isOpen}
          order by i.created_at desc, i.id desc limit $2 offset $3) i
    left join users u on u.id = i.invited_by`,
};

const previewStatement: Statement = {
  name: 'invitation_preview',
  text: `
    select ${jsonObject({
      workspace: { sql: jsonObject({ name: json('w.name') }) },
      email: json('i.email'),
      role: json('i.role'),
      expiresAt: instant('i.expires_at'),
    })}
    from invitations i join workspaces w on w.id = i.workspace_id
    where i.workspace_id = $1 and i.secret_hash = $2 and ${isOpen}`,
};

export interface OpenInvitation {
  /** Bare UUIDs. */
  readonly id: string;
  readonly invitedBy: string | null;
  readonly email: string;
  readonly role: Role;
}

export interface KnownPerson {
  /** Bare UUID. */
  readonly id: string;
  readonly email: string;
}

@Injectable()
export class InvitationsRepository {
  /** The open ones, newest first. */
  async findMany(db: WorkspaceDatabase, { page, limit }: PageQuery): Promise<Page> {
    const [found] = await db.read(pageStatement, limit, (page - 1) * limit);
    return { items: finishJson(String(found?.[0])), total: Number(found?.[1]) };
  }

  /** An open one, in the shape of the contract. */
  async findById(tx: WorkspaceTransaction, workspaceId: string, invitationId: string): Promise<Invitation | null> {
    const [found] = await tx.$queryRawUnsafe<{ json: string }[]>(byIdText, workspaceId, invitationId);
    return found ? (JSON.parse(finishJson(found.json)) as Invitation) : null;
  }

  /** What whoever has the secret may know. */
  async findPreview(db: WorkspaceDatabase, secretHash: Uint8Array): Promise<InvitationPreviewData | null> {
    const text = await db.readJson(previewStatement, Buffer.from(secretHash));
    return text === null ? null : (JSON.parse(text) as InvitationPreviewData);
  }

  async findBySecretHash(
    tx: WorkspaceTransaction,
    workspaceId: string,
    secretHash: Uint8Array<ArrayBuffer>,
  ): Promise<OpenInvitation | null> {
    const [found] = await tx.$queryRaw<OpenInvitation[]>`
      select id, invited_by as "invitedBy", email, role from invitations
      where workspace_id = ${workspaceId}::uuid and secret_hash = ${secretHash}
        and accepted_at is null and revoked_at is null and expires_at > now()`;
    return found ?? null;
  }

  /** Whole seconds until the workspace may invite again when it may do so `count` times in 24 hours; 0 for now. */
  async secondsUntilFree(tx: WorkspaceTransaction, workspaceId: string, count: number): Promise<number> {
    const [found] = await tx.$queryRaw<{ seconds: number }[]>`
      select greatest(1, ceil(extract(epoch from created_at + interval '24 hours' - now())))::integer as seconds
      from invitations where workspace_id = ${workspaceId}::uuid and created_at > now() - interval '24 hours'
      order by created_at desc offset ${count - 1} limit 1`;
    return found?.seconds ?? 0;
  }

  async create(
    tx: WorkspaceTransaction,
    workspaceId: string,
    invitation: { id: string; email: string; role: Role; secretHash: Uint8Array; invitedBy: string },
  ): Promise<void> {
    const { id: invitationId, email, role, secretHash, invitedBy } = invitation;
    await tx.$executeRaw`
      insert into invitations (workspace_id, id, email, role, secret_hash, invited_by, expires_at)
      values (${workspaceId}::uuid, ${invitationId}::uuid, ${email}, ${role}, ${secretHash}, ${invitedBy}::uuid,
              now() + ${invitationDays} * interval '24 hours')`;
  }

  /** @returns whether it was open until now. */
  async markAccepted(tx: WorkspaceTransaction, workspaceId: string, invitationId: string): Promise<boolean> {
    const count = await tx.$executeRaw`
      update invitations set accepted_at = now()
      where workspace_id = ${workspaceId}::uuid and id = ${invitationId}::uuid
        and accepted_at is null and revoked_at is null and expires_at > now()`;
    return count === 1;
  }

  async markRevoked(tx: WorkspaceTransaction, workspaceId: string, invitationId: string): Promise<void> {
    await tx.$executeRaw`
      update invitations set revoked_at = now()
      where workspace_id = ${workspaceId}::uuid and id = ${invitationId}::uuid
        and accepted_at is null and revoked_at is null`;
  }

  /**
   * Whatever invitation there is for this e-mail address is worth nothing from here on.
   * @returns the one that was open.
   */
  async markReplaced(
    tx: WorkspaceTransaction,
    workspaceId: string,
    email: string,
  ): Promise<Pick<OpenInvitation, 'id' | 'role'> | null> {
    const [found] = await tx.$queryRaw<{ id: string; role: Role; is_open: boolean }[]>`
      update invitations set revoked_at = now()
      where workspace_id = ${workspaceId}::uuid and lower(email) = lower(${email})
        and accepted_at is null and revoked_at is null
      returning id, role, expires_at > now() as is_open`;
    return found?.is_open === true ? { id: found.id, role: found.role } : null;
  }

  /** The global table of users: whether the address is anybody's is what decides between adding and inviting. */
  async findPerson(tx: WorkspaceTransaction, email: string): Promise<KnownPerson | null> {
    const [found] = await tx.$queryRaw<KnownPerson[]>`select id, email from users where lower(email) = lower(${email})`;
    return found ?? null;
  }
}
