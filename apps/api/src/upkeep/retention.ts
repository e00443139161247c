import { Database, type WorkspaceTransaction } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { Upkeep, type HeldWork, type UpkeepHandler } from './upkeep.js';

const rowsPerRunMax = 5_000;
/** What expires is removed together: a workspace that is busy all day is not looked at every second. */
const intervalSeconds = 600;

/** What is kept for a while, by the tables' keys behind the workspace. */
const kept = [
  { table: 'idempotency_keys', key: 'lineage_id, route, key', expiresAt: 'expires_at' },
  { table: 'api_token_usage_batches', key: 'id', expiresAt: 'expires_at' },
  // Thirteen months of hours, as many as are told of at once.
  { table: 'api_token_usage', key: 'token_id, hour', expiresAt: `hour`, keptFor: `interval '400 days'` },
].map(({ table, key, expiresAt, keptFor = `interval '0'` }) => ({
  earliest: `select min(${expiresAt}) + ${keptFor} from ${table} where workspace_id = $1::text::uuid`,
  removal: `
    delete from ${table} where workspace_id = $1::text::uuid and (${key}) in (
      select ${key} from ${table}
      where workspace_id = $1::text::uuid and ${expiresAt} <= now() - ${keptFor}
      limit ${rowsPerRunMax} for update skip locked)`,
}));

/** Removes what a workspace no longer has to keep: see above. */
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
  for (const { removal } of kept) await tx.$executeRawUnsafe(removal, workspaceId);
}

/** At once if more has expired; `null` when there is nothing that will. */
async function findNextDueAt(tx: WorkspaceTransaction, workspaceId: string): Promise<Date | null> {
  const [row] = await tx.$queryRawUnsafe<{ dueAt: Date | null }[]>(
    `select case when expires_at is null then null when expires_at <= now() then now()
            else greatest(expires_at, now() + interval '${intervalSeconds} seconds') end as "dueAt"
     from (select least(${kept.map(({ earliest }) => `(${earliest})`).join(', ')}) as expires_at) first`,
    workspaceId,
  );
  return row?.dueAt ?? null;
}
