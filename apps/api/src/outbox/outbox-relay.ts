import { Database } from '@calkeep/database';
import { JobQueue } from '@calkeep/queue';
import { Injectable } from '@nestjs/common';
import { Upkeep, type HeldWork, type UpkeepHandler } from '../upkeep/upkeep.js';
import { OutboxRepository } from './outbox.repository.js';

const entriesPerRunMax = 200;

/**
 * Gives the queue what waits in a workspace's outbox, and gives it again while the row is there: a queue that lost its
 * jobs is full again within 15 s. A job has the id of its row, so that of several there is still one.
 */
@Injectable()
export class OutboxRelay implements UpkeepHandler {
  /** As often as it would come by anyway: a queue that was away must not be waited for when it is back. */
  readonly retrySecondsMax = 10;

  constructor(
    private readonly database: Database,
    private readonly entries: OutboxRepository,
    private readonly queue: JobQueue,
    private readonly upkeep: Upkeep,
  ) {}

  async run(work: HeldWork): Promise<void> {
    const { workspaceId } = work;
    const db = this.database.forWorkspace(workspaceId);
    const ids = await this.entries.findWaiting(db, entriesPerRunMax);
    await Promise.all(ids.map((id) => this.queue.add('outbox', { workspaceId, id }, { id: `outbox_${id}` })));
    // Marked afterwards: whoever ends in between has left a job too many, which is none.
    await db.transaction(async (tx) => {
      await this.entries.markEnqueued(tx, workspaceId, ids);
      await this.upkeep.settle(tx, work, await this.entries.findNextDueAt(tx, workspaceId));
    });
  }
}
