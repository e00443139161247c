import { Database, type WorkspaceTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { Upkeep, type HeldWork, type UpkeepHandler } from './upkeep.js';

const rowsPerRunMax = 5_000;
/** What expires is removed together: a workspace that is busy all day is not looked at every second. */
const intervalSeconds = 600;

/** Removes what a workspace no longer has to keep: answers under idempotency keys that have expired. */
@Injectable()
export class Retention implements UpkeepHandler {
  readonly retrySecondsMax = 300;

  constructor(
    private readonly database: Database,
    private readonly upkeep: Upkeep,
  ) {}

  async run(work: HeldWork): Promise<void> {
    const { workspaceId } = work;
    await this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      await removeExpired(tx, workspaceId);
      await this.upkeep.settle(tx, work, await this.#nextDueAt(tx, work));
    });
  }

  /** Looks twice before the work is over: a key of which the first look knows nothing may just have been kept. */
  async #nextDueAt(tx: WorkspaceTransaction, work: HeldWork): Promise<Date | null> {
    const dueAt = await findNextDueAt(tx, work.workspaceId);
    if (dueAt !== null) return dueAt;
    await this.upkeep.lock(tx, work);
    return findNextDueAt(tx, work.workspaceId);
  }
}

async function removeExpired(tx: WorkspaceTransaction, workspaceId: string): Promise<void> {
  await tx.$executeRaw`
    delete from idempotency_keys where workspace_id = ${workspaceId}::uuid and (lineage_id, route, key) in (
      select lineage_id, route, key from idempotency_keys
      where workspace_id = ${workspaceId}::uuid and expires_at <= now()
      limit ${rowsPerRunMax} for update skip locked)`;
}

/** At once if more has expired; `null` when there is nothing that will. */
async function findNextDueAt(tx: WorkspaceTransaction, workspaceId: string): Promise<Date | null> {
  const [row] = await tx.$queryRaw<{ dueAt: Date | null }[]>`
    select case when min(expires_at) is null then null when min(expires_at) <= now() then now()
           else greatest(min(expires_at), now() + make_interval(secs => ${intervalSeconds})) end as "dueAt"
    from idempotency_keys where workspace_id = ${workspaceId}::uuid`;
  return row?.dueAt ?? null;
}
