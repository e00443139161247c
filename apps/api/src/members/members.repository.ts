import type { MembersQuery, PlanCode, Role } from '@calkeep/contract';
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

/** The members of the workspace `$1` with the second factors that each has. */
const membersSql = `
  select m.user_id, m.role, m.created_at, u.email, u.name,
         array(select 'totp' from user_totp_factors f where f.user_id = m.user_id and f.confirmed_at is not null)
           || array(select 'webauthn' where exists (select from webauthn_credentials c where c.user_id = m.user_id))
           as mfa_methods
  from memberships m join users u on u.id = m.user_id
  where m.workspace_id = $1::uuid`;

const row = jsonObject({
  user: { sql: jsonObject({ id: id('user', 'r.user_id'), email: json('r.email'), name: json('r.name') }) },
  role: json('r.role'),
  mfa: { sql: jsonObject({ enrolled: json('cardinality(r.mfa_methods) > 0'), methods: json('r.mfa_methods') }) },
  createdAt: instant('r.created_at'),
});

const byIdText = `select ${row} as json from (${membersSql} and m.user_id = $2::uuid) r`;

const pageStatement: Statement = {
  name: 'members_page',
  text: `
    with member as (
      select * from (${membersSql}) every
      where $4::boolean is null or $4 = (cardinality(every.mfa_methods) > 0)
    )
    select coalesce(string_agg(${row}, ',' order by r.created_at desc, r.user_id desc), ''),
           (select count(*)::text from member)
    from (select * from member order by created_at desc, user_id desc limit $2 offset $3) r`,
};

/** What stands under the lock. */
export interface LockedWorkspace {
  readonly name: string;
  readonly slug: string;
  readonly plan: PlanCode;
}

/** What a member is, and what the audit log calls them by. */
export interface Standing {
  readonly role: Role;
  readonly email: string;
}

@Injectable()
export class MembersRepository {
  /** Newest first. */
  async findMany(db: WorkspaceDatabase, { page, limit, hasMfa }: MembersQuery): Promise<Page> {
    const [found] = await db.read(pageStatement, limit, (page - 1) * limit, hasMfa ?? null);
    return { items: finishJson(String(found?.[0])), total: Number(found?.[1]) };
  }

  /** JSON text of a member; `null` for who is none. */
  async findById(tx: WorkspaceTransaction, workspaceId: string, userId: string): Promise<string | null> {
    const [found] = await tx.$queryRawUnsafe<{ json: string }[]>(byIdText, workspaceId, userId);
    return found ? finishJson(found.json) : null;
  }

  /** Changes of who is in a workspace wait here for each other. @returns `null` when there is no such workspace. */
  async lockWorkspace(tx: WorkspaceTransaction, workspaceId: string): Promise<LockedWorkspace | null> {
    const [found] = await tx.$queryRaw<LockedWorkspace[]>`
      select name, slug, plan_code as plan from workspaces where id = ${workspaceId}::uuid for no key update`;
    return found ?? null;
  }

  async findStanding(tx: WorkspaceTransaction, workspaceId: string, userId: string): Promise<Standing | null> {
    const found = await tx.membership.findUnique({
      where: { workspaceId_userId: { workspaceId, userId } },
      select: { role: true, user: { select: { email: true } } },
    });
    return found && { role: found.role as Role, email: found.user.email };
  }

  countOwners(tx: WorkspaceTransaction, workspaceId: string): Promise<number> {
    return tx.membership.count({ where: { workspaceId, role: 'owner' } });
  }

  /** @returns whether they were none before. */
  async create(
    tx: WorkspaceTransaction,
    workspaceId: string,
    member: { userId: string; role: Role },
  ): Promise<boolean> {
    const { count } = await tx.membership.createMany({ data: [{ workspaceId, ...member }], skipDuplicates: true });
    return count === 1;
  }

  async update(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { userId, role }: { userId: string; role: Role },
  ): Promise<void> {
    await tx.membership.updateMany({ where: { workspaceId, userId }, data: { role } });
  }

  async remove(tx: WorkspaceTransaction, workspaceId: string, userId: string): Promise<void> {
    await tx.membership.deleteMany({ where: { workspaceId, userId } });
  }
}
