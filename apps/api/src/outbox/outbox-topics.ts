import type { OutboxTopic } from '@calkeep/queue';
import { Injectable } from '@nestjs/common';
import type { OutboxEntry } from './outbox.repository.js';

/**
 * Does what an entry says. It may be asked twice for one entry, when the process ended before the entry was removed:
 * whoever is told of it can know it again by its id. What takes longer than 7 s counts as failed.
 * @throws UnrecoverableError for an entry that no further try can mend.
 */
export type OutboxHandler = (workspaceId: string, entry: OutboxEntry) => Promise<void>;

/** Who does what leaves through the outbox. Features register what they do for a topic. */
@Injectable()
export class OutboxTopics {
  readonly #handlers = new Map<string, OutboxHandler>();

  register(topic: OutboxTopic, handler: OutboxHandler): void {
    this.#handlers.set(topic, handler);
  }

  handlerOf(topic: string): OutboxHandler {
    const handler = this.#handlers.get(topic);
    // Not for good: while a release is being rolled out, another worker may know it.
    if (!handler) throw new Error(`nobody does what leaves under the topic "${topic}"`);
    return handler;
  }
}
