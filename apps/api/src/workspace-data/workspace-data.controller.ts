import {
  workspaceBookingsQuery,
  workspaceContactsQuery,
  workspaceTasksQuery,
  type WorkspaceBookingsQuery,
  type WorkspaceContactsQuery,
  type WorkspaceTasksQuery,
} from '@calkeep/contract';
import { Controller, Get, Query } from '@nestjs/common';
import { WorkspaceRoles } from '../http/access.js';
import { CurrentAnswer, type PendingAnswer } from '../http/current-answer.js';
import { CurrentMember, type WorkspaceCaller } from '../http/current-session.js';
import type { JsonText } from '../http/envelope.js';
import { linked } from '../resources/page-links.js';
import { WorkspaceDataService } from './workspace-data.service.js';

@Controller('app/workspaces/:ws')
export class WorkspaceDataController {
  constructor(private readonly data: WorkspaceDataService) {}

  @Get('contacts')
  @WorkspaceRoles('owner', 'admin', 'member')
  async listContacts(
    @CurrentMember() member: WorkspaceCaller,
    @Query({ schema: workspaceContactsQuery }) query: WorkspaceContactsQuery,
    @CurrentAnswer() answer: PendingAnswer,
  ): Promise<JsonText> {
    return linked(answer, await this.data.listContacts(member, query));
  }

  @Get('bookings')
  @WorkspaceRoles('owner', 'admin', 'member')
  async listBookings(
    @CurrentMember() member: WorkspaceCaller,
    @Query({ schema: workspaceBookingsQuery }) query: WorkspaceBookingsQuery,
    @CurrentAnswer() answer: PendingAnswer,
  ): Promise<JsonText> {
    return linked(answer, await this.data.listBookings(member, query));
  }

  @Get('tasks')
  @WorkspaceRoles('owner', 'admin', 'member')
  async listTasks(
    @CurrentMember() member: WorkspaceCaller,
    @Query({ schema: workspaceTasksQuery }) query: WorkspaceTasksQuery,
    @CurrentAnswer() answer: PendingAnswer,
  ): Promise<JsonText> {
    return linked(answer, await this.data.listTasks(member, query));
  }
}
