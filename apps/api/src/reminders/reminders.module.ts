import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { ResourcesModule } from '../resources/resources.module.js';
import { ReminderWritesController } from './reminder-writes.controller.js';
import { ReminderWritesRepository } from './reminder-writes.repository.js';
import { ReminderWritesService } from './reminder-writes.service.js';
import { RemindersController } from './reminders.controller.js';
import { RemindersRepository } from './reminders.repository.js';
import { RemindersService } from './reminders.service.js';

@Module({
  imports: [ResourcesModule, IdempotencyModule],
  controllers: [RemindersController, ReminderWritesController],
  providers: [RemindersService, RemindersRepository, ReminderWritesService, ReminderWritesRepository],
})
export class RemindersModule {}
