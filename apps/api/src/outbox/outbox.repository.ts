import type { Statement, WorkspaceDatabase, WorkspaceTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';

export interface OutboxEntry {
  /** Bare UUID. */
  readonly id: string;
  readonly topic: string;
  readonly payload: unknown;
  readonly requestId: string | null;
}

/** So long after it was given to the queue a row that is still there is given to it again. */
const againAfterSeconds = 10;
/** So long a row is in the hands of the worker that took it, longer than any job may take. */
const holdSeconds = 8;

const waitingStatement: Statement = {
  name: 'outbox_waiting',
  text: `
    select id from outbox
    where workspace_id = $1 and set_aside_at is null
      and (enqueued_at is null or enqueued_at <= now() - interval '${againAfterSeconds} s')
    order by enqueued_at nulls first, id limit $2`,
};

@Injectable()
export class OutboxRepository {
  async create(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { payload, ...entry }: OutboxEntry & { payload: Record<string, string> },
  ): Promise<void> {
    await tx.outboxEntry.create({ data: { workspaceId, ...entry, payload } });
  }

  /** Ids of what the queue was never given, or may have lost, the first first. */
  async findWaiting(db: WorkspaceDatabase, countMax: number): Promise<string[]> {
    const rows = await db.read(waitingStatement, countMax);
    return rows.map(([id]) => String(id));
  }

  async markEnqueued(tx: WorkspaceTransaction, workspaceId: string, ids: readonly string[]): Promise<void> {
    await tx.$executeRaw`
      update outbox set enqueued_at = now() where workspace_id = ${workspaceId}::uuid and id = any(${ids}::uuid[])`;
  }

  /** When the queue is to be filled again; `null` when nothing waits. */
  async findNextDueAt(tx: WorkspaceTransaction, workspaceId: string): Promise<Date | null> {
    const [row] = await tx.$queryRaw<{ dueAt: Date | null }[]>`
      select min(coalesce(enqueued_at + make_interval(secs => ${againAfterSeconds}), now())) as "dueAt"
      from outbox where workspace_id = ${workspaceId}::uuid and set_aside_at is null`;
    return row?.dueAt ?? null;
  }

  /** @returns `null` when it is in another worker's hands, or no longer there. */
  async take(tx: WorkspaceTransaction, workspaceId: string, id: string): Promise<OutboxEntry | null> {
    const [entry] = await tx.$queryRaw<OutboxEntry[]>`
      update outbox set taken_at = now()
      where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid
        and (taken_at is null or taken_at <= now() - make_interval(secs => ${holdSeconds}))
      returning id, topic, payload, request_id as "requestId"`;
    return entry ?? null;
  }

  async isThere(tx: WorkspaceTransaction, workspaceId: string, id: string): Promise<boolean> {
    return (await tx.outboxEntry.count({ where: { workspaceId, id } })) === 1;
  }

  /** Out of this worker's hands, for the next try. */
  async release(tx: WorkspaceTransaction, workspaceId: string, id: string): Promise<void> {
    await tx.outboxEntry.updateMany({ where: { workspaceId, id }, data: { takenAt: null } });
  }

  async remove(tx: WorkspaceTransaction, workspaceId: string, id: string): Promise<void> {
    await tx.outboxEntry.deleteMany({ where: { workspaceId, id } });
  }

  /** It failed for good: it stays to be looked at, and the queue is not given it again. */
  async setAside(tx: WorkspaceTransaction, workspaceId: string, id: string): Promise<void> {
    await tx.$executeRaw`
      update outbox set set_aside_at = now() where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid`;
  }
}
