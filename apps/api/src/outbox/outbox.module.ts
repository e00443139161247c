import { Global, Module } from '@nestjs/common';
import { Upkeep } from '../upkeep/upkeep.js';
import { Outbox } from './outbox.js';
import { OutboxJobs } from './outbox-jobs.js';
import { OutboxRelay } from './outbox-relay.js';
import { OutboxRepository } from './outbox.repository.js';
import { OutboxTopics } from './outbox-topics.js';

@Global()
@Module({
  providers: [Outbox, OutboxJobs, OutboxRelay, OutboxRepository, OutboxTopics],
  exports: [Outbox, OutboxTopics],
})
export class OutboxModule {
  constructor(upkeep: Upkeep, relay: OutboxRelay) {
    upkeep.register('outbox', relay);
  }
}
