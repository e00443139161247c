import { Global, Module } from '@nestjs/common';
import { OutboxTopics } from '../outbox/outbox-topics.js';
import { LoggingMailer } from './logging-mailer.js';
import { MailDelivery } from './mail-delivery.js';
import { MailQueue } from './mail-queue.js';
import { MAILER } from './mailer.js';

@Global()
@Module({
  providers: [MailQueue, MailDelivery, { provide: MAILER, useClass: LoggingMailer }],
  exports: [MailQueue],
})
export class MailModule {
  constructor(topics: OutboxTopics, mails: MailDelivery) {
    topics.register('mail', (workspaceId, entry) => mails.deliver(workspaceId, entry));
  }
}
