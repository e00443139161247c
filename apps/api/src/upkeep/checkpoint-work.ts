import { Database, type WorkspaceTransaction } from '@calkeep/database';
import type { Clock, Config } from '@calkeep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AuditCheckpoints } from '../audit-log/audit-checkpoints.js';
import { CLOCK, CONFIG } from '../platform/tokens.js';
import { Upkeep, type HeldWork, type UpkeepHandler } from './upkeep.js';

/**
 * Covers a workspace's audit log with a signed checkpoint. Whoever appends to a log finds that the work is asked for, or
 * asks for it; so it is ended under the lock of the log's head, where it can be seen whether anything came meanwhile.
 */
@Injectable()
export class CheckpointWork implements UpkeepHandler {
  readonly retrySecondsMax = 300;

  constructor(
    private readonly database: Database,
    private readonly checkpoints: AuditCheckpoints,
    private readonly upkeep: Upkeep,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async run(work: HeldWork): Promise<void> {
    const { workspaceId } = work;
    await this.checkpoints.sign(workspaceId);
    await this.database.forWorkspace(workspaceId).transaction(async (tx) => {
      const isCovered = await isLogCovered(tx, workspaceId);
      await this.upkeep.settle(tx, work, isCovered ? null : this.#nextDueAt());
    });
  }

  /** In time for what came meanwhile. A log that cannot be signed is tried again no sooner. */
  #nextDueAt(): Date {
    return new Date(this.clock.now() + this.config.AUDIT_CHECKPOINT_SECONDS * 1_000);
  }
}

/** From here to the end of the transaction nobody appends to the log. */
async function isLogCovered(tx: WorkspaceTransaction, workspaceId: string): Promise<boolean> {
  const [head] = await tx.$queryRaw<{ isCovered: boolean }[]>`
    select seq <= coalesce((select max(seq) from audit_checkpoints where workspace_id = ${workspaceId}::uuid), 0)
      as "isCovered"
    from audit_heads where workspace_id = ${workspaceId}::uuid for update`;
  return head?.isCovered ?? true;
}
