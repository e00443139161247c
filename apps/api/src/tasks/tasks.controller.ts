import { noQuery, tasksQuery, type NoQuery, type TasksQuery, taskData, tasksData } from '@calkeep/contract';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import { CurrentAnswer, type PendingAnswer } from '../http/current-answer.js';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { linked } from '../resources/page-links.js';
import { TasksService } from './tasks.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('api/v1/tasks')
export class TasksController {
  constructor(private readonly tasks: TasksService) {}

  @Get()
  @RequireScopes('tasks:read')
  @Describes({ id: 'listTasks', summary: 'Tasks, newest first', answer: tasksData, isList: true })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: tasksQuery }) query: TasksQuery,
    @CurrentAnswer() answer: PendingAnswer,
  ): Promise<JsonText> {
    return linked(answer, await this.tasks.list(principal, query));
  }

  @Get(':id')
  @RequireScopes('tasks:read')
  @Describes({ id: 'getTask', summary: 'One task', answer: taskData, takes: ['If-None-Match'] })
  get(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<JsonText> {
    return this.tasks.get(principal, id);
  }
}
