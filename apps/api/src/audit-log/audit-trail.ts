import { appendAudit, enterWorkspace, type AuditEntry, type RunStatement } from '@calkeep/database';
import type { GlobalTransaction, HeldTransaction, WorkspaceTransaction } from '@calkeep/database';
import type { Clock, Config } from '@calkeep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, CONFIG } from '../platform/tokens.js';

export type { AuditEntry };

/** Appends to audit logs, in the transaction of the change they tell of: both are kept, or neither. */
@Injectable()
export class AuditTrail {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @param workspaceId bare UUID of the workspace that the transaction is bound to. */
  append(tx: WorkspaceTransaction, workspaceId: string, entries: readonly AuditEntry[]): Promise<void> {
    return this.#append((text, ...values) => tx.$queryRawUnsafe<unknown[]>(text, ...values), workspaceId, entries);
  }

  appendHeld(tx: HeldTransaction, entries: readonly AuditEntry[]): Promise<void> {
    return this.#append((text, ...values) => tx.run(text, ...values), tx.workspaceId, entries);
  }

  /**
   * What a person did or suffered as a person is told in each workspace of theirs. The transaction is left in
   * none.
   * @param userId bare UUID.
   */
  async appendForUser(tx: GlobalTransaction, userId: string, entry: AuditEntry): Promise<void> {
    // In the order of their ids: two of these that have several workspaces in common must not deadlock.
    const rows = await tx.userWorkspace.findMany({ where: { userId }, orderBy: { workspaceId: 'asc' } });
    for (const { workspaceId } of rows) await this.append(await enterWorkspace(tx, workspaceId), workspaceId, [entry]);
    if (rows.length > 0) await enterWorkspace(tx, '');
  }

  #append(run: RunStatement, workspaceId: string, entries: readonly AuditEntry[]): Promise<void> {
    const now = new Date(this.clock.now());
    const checkpointDueAt = new Date(now.getTime() + this.config.AUDIT_CHECKPOINT_SECONDS * 1000);
    return appendAudit(run, { workspaceId, entries, now, checkpointDueAt });
  }
}
