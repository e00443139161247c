import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { ResourcesModule } from '../resources/resources.module.js';
import { TaskWritesController } from './task-writes.controller.js';
import { TaskWritesRepository } from './task-writes.repository.js';
import { TaskWritesService } from './task-writes.service.js';
import { TasksController } from './tasks.controller.js';
import { TasksRepository } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';

@Module({
  imports: [ResourcesModule, IdempotencyModule],
  controllers: [TasksController, TaskWritesController],
  providers: [TasksService, TasksRepository, TaskWritesService, TaskWritesRepository],
  exports: [TasksService],
})
export class TasksModule {}
