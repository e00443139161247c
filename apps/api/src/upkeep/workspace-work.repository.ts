import { Database, type Prelude, type WorkspaceTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

/** What there is to look after in a workspace. */
export type WorkKind = 'outbox' | 'checkpoint' | 'expiry' | 'retention';

/** Work in the hands of one worker. */
export interface HeldWork {
  /** Bare UUID. */
  readonly workspaceId: string;
  readonly kind: WorkKind;
  /** Of the row as it was taken: it is another as soon as somebody asks for the work, or takes it, again. */
  readonly version: string;
}

/** For so long nobody else takes what one worker took: then that worker is gone. */
export const holdSeconds = 12;

/**
 * `workspace_work`: which workspace has what to be looked after, and when. Global, as it is asked before a workspace
 * is known; it says nothing else of one. `xmin` is PostgreSQL's own mark of which transaction wrote a row: equal means
 * that nobody has touched it in between.
 */
@Injectable()
export class WorkspaceWorkRepository {
  constructor(private readonly database: Database) {}

  /** At `dueAt` or earlier, if it is asked for earlier already. */
  async ask(tx: WorkspaceTransaction, workspaceId: string, kind: WorkKind, dueAt: Date): Promise<void> {
    await tx.$executeRaw`
      insert into workspace_work as work (workspace_id, kind, due_at) values (${workspaceId}::uuid, ${kind}, ${dueAt})
      on conflict (workspace_id, kind) do update set due_at = least(work.due_at, excluded.due_at)`;
  }

  /** As `ask`. Work that is asked for already is kept from being settled, and not written again. */
  asking(workspaceId: string, kind: WorkKind, inSeconds: number): Prelude {
    return {
      name: 'workspace_work_asking',
      text: `
        with known as (
          select from workspace_work
          where workspace_id = $1 and kind = $2 and due_at <= now() + make_interval(secs => $3) for key share
        )
        insert into workspace_work as work (workspace_id, kind, due_at)
        select $1, $2, now() + make_interval(secs => $3) where not exists (select from known)
        on conflict (workspace_id, kind) do update set due_at = least(work.due_at, excluded.due_at)`,
      values: [workspaceId, kind, String(inSeconds)],
    };
  }

  async lock(tx: WorkspaceTransaction, { workspaceId, kind }: HeldWork): Promise<void> {
    await tx.$queryRaw`
      select 1 from workspace_work where workspace_id = ${workspaceId}::uuid and kind = ${kind} for update`;
  }

  /** Takes what is due, the longest overdue first, and nothing that another worker has in hand. */
  async take(kinds: readonly WorkKind[], countMax: number): Promise<HeldWork[]> {
    return this.database.global<{ workspaceId: string; kind: WorkKind; version: string }>(
      `update workspace_work work set due_at = now() + make_interval(secs => $3)
       from (
         select workspace_id, kind from workspace_work where due_at <= now() and kind = any($1)
         order by due_at limit $2 for no key update skip locked
       ) due
       where work.workspace_id = due.workspace_id and work.kind = due.kind
       returning work.workspace_id as "workspaceId", work.kind, work.xmin::text as version`,
      [kinds, countMax, holdSeconds],
    );
  }

  /** Due again then, or no more (`null`); left alone when somebody has asked for it since it was taken. */
  async settle(tx: WorkspaceTransaction, work: HeldWork, nextDueAt: Date | null): Promise<void> {
    const { workspaceId, kind, version } = work;
    await (nextDueAt === null
      ? tx.$executeRaw`
          delete from workspace_work
          where workspace_id = ${workspaceId}::uuid and kind = ${kind} and xmin = ${version}::xid`
      : tx.$executeRaw`
          update workspace_work set due_at = ${nextDueAt}
          where workspace_id = ${workspaceId}::uuid and kind = ${kind} and xmin = ${version}::xid`);
  }

  /** The kinds of which something is due, and for how long. */
  findOverdue(): Promise<{ kind: WorkKind; seconds: number }[]> {
    return this.database.global(
      `select kind, extract(epoch from now() - min(due_at))::float8 as seconds
       from workspace_work where due_at <= now() group by kind`,
      [],
    );
  }

  /** As `settle`, for work that failed. */
  async postpone({ workspaceId, kind, version }: HeldWork, seconds: number): Promise<void> {
    await this.database.global(
      `update workspace_work set due_at = now() + make_interval(secs => $4)
       where workspace_id = $1 and kind = $2 and xmin = $3::xid`,
      [workspaceId, kind, version, seconds],
    );
  }
}
