import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { ContactWritesController } from './contact-writes.controller.js';
import { ContactWritesRepository } from './contact-writes.repository.js';
import { ContactWritesService } from './contact-writes.service.js';
import { ResourcesModule } from '../resources/resources.module.js';
import { ContactsController } from './contacts.controller.js';
import { ContactsRepository } from './contacts.repository.js';
import { ContactsService } from './contacts.service.js';

@Module({
  imports: [IdempotencyModule, ResourcesModule],
  controllers: [ContactsController, ContactWritesController],
  providers: [ContactsService, ContactsRepository, ContactWritesService, ContactWritesRepository],
  exports: [ContactsService],
})
export class ContactsModule {}
