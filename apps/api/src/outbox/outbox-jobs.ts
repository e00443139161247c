import { Database, type WorkspaceTransaction } from '@calkeep/database';
import { JobNotYetError, type JobHandler, type JobPayloads } from '@calkeep/queue';
import { Injectable } from '@nestjs/common';
import { within } from '../platform/within.js';
import { OutboxRepository, type OutboxEntry } from './outbox.repository.js';
import { OutboxTopics } from './outbox-topics.js';

/** Less than an entry is held, so that no other worker begins while this one may still succeed. */
const handlerMsMax = 7_000;

type OutboxJob = JobPayloads['outbox'];

/**
 * Does the jobs of the outbox. The row is the truth and the job but a call to look at it: a job without a row has been
 * done, and one whose row is in other hands waits for what becomes of it. The row goes after its work was done, in no
 * transaction with it, so it is done at least once: again only if this process ends, or loses the database, in between.
 */
@Injectable()
export class OutboxJobs implements JobHandler<'outbox'> {
  constructor(
    private readonly database: Database,
    private readonly entries: OutboxRepository,
    private readonly topics: OutboxTopics,
  ) {}

  async run({ workspaceId, id }: OutboxJob): Promise<void> {
    const db = this.database.forWorkspace(workspaceId);
    const entry = await db.transaction((tx) => this.#take(tx, { workspaceId, id }));
    if (!entry) return;
    try {
      await this.#handle(workspaceId, entry);
    } catch (error) {
      // What cannot be given back is free by itself after a while; why it failed is the news.
      await db.transaction((tx) => this.entries.release(tx, workspaceId, id)).catch(() => undefined);
      throw error;
    }
    await db.transaction((tx) => this.entries.remove(tx, workspaceId, id));
  }

  async giveUp({ workspaceId, id }: OutboxJob): Promise<void> {
    await this.database.forWorkspace(workspaceId).transaction((tx) => this.entries.setAside(tx, workspaceId, id));
  }

  /** @returns `null` when it is done. @throws JobNotYetError while another worker is at it. */
  async #take(tx: WorkspaceTransaction, { workspaceId, id }: OutboxJob): Promise<OutboxEntry | null> {
    const entry = await this.entries.take(tx, workspaceId, id);
    if (!entry && (await this.entries.isThere(tx, workspaceId, id))) throw new JobNotYetError();
    return entry;
  }

  async #handle(workspaceId: string, entry: OutboxEntry): Promise<void> {
    const handler = this.topics.handlerOf(entry.topic);
    await within(handlerMsMax, handler(workspaceId, entry));
  }
}
