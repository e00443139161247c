import { Module } from '@nestjs/common';
import { BookingsModule } from '../bookings/bookings.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { SandboxModule } from '../sandbox/sandbox.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { WorkspaceDataController } from './workspace-data.controller.js';
import { WorkspaceDataService } from './workspace-data.service.js';

@Module({
  imports: [ContactsModule, BookingsModule, TasksModule, SandboxModule],
  controllers: [WorkspaceDataController],
  providers: [WorkspaceDataService],
})
export class WorkspaceDataModule {}
