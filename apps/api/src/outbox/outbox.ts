import { newUuid } from '@calkeep/contract';
import type { WorkspaceTransaction } from '@calkeep/database';
import type { Clock } from '@calkeep/platform';
import type { OutboxTopic, OutboxPayloads } from '@calkeep/queue';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../platform/tokens.js';
import { Upkeep } from '../upkeep/upkeep.js';
import { OutboxRepository } from './outbox.repository.js';

export interface OutboxMessage<Topic extends OutboxTopic> {
  readonly topic: Topic;
  readonly payload: OutboxPayloads[Topic];
  readonly requestId: string | null;
}

/**
 * Leaves work for the worker in the transaction that makes it necessary: it is done if, and only if, that
 * transaction commits. The row stays until the job has been done, so a queue that lost it is filled again.
 */
@Injectable()
export class Outbox {
  constructor(
    private readonly entries: OutboxRepository,
    private readonly upkeep: Upkeep,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param workspaceId bare UUID of the workspace that the transaction is bound to. */
  async add<Topic extends OutboxTopic>(
    tx: WorkspaceTransaction,
    workspaceId: string,
    { topic, payload, requestId }: OutboxMessage<Topic>,
  ): Promise<void> {
    await this.entries.create(tx, workspaceId, { id: newUuid(), topic, payload: { ...payload }, requestId });
    await this.upkeep.ask(tx, workspaceId, 'outbox', new Date(this.clock.now()));
  }
}
