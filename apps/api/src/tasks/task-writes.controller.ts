import { newTask, noQuery, taskPatch, type NewTask, type NoQuery, type TaskPatch, taskData } from '@calkeep/contract';
import { Body, Controller, Param, Patch, Post, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import type { Answer } from '../http/answer.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import type { JsonText } from '../http/envelope.js';
import { CurrentPreconditions, Preconditions } from '../http/preconditions.js';
import type { Principal } from '../http/principal.js';
import { CurrentSubmission, type Submission } from '../idempotency/current-submission.js';
import { TaskWritesService } from './task-writes.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('api/v1/tasks')
export class TaskWritesController {
  constructor(private readonly tasks: TaskWritesService) {}

  @Post()
  @RequireScopes('tasks:write')
  @Describes({
    id: 'createTask',
    summary: 'Create a task',
    answer: taskData,
    takes: ['Idempotency-Key'],
    refusals: ['not_found'],
    examples: { 'A task with a due date': { title: 'Send the offer', dueAt: '2027-03-01T17:00:00Z' } },
  })
  create(
    @CurrentPrincipal() principal: Principal,
    @CurrentSubmission() submission: Submission,
    @Body({ schema: newTask }) draft: NewTask,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<Answer> {
    return this.tasks.create(principal, submission, draft);
  }

  @Patch(':id')
  @RequireScopes('tasks:write')
  @Describes({
    id: 'updateTask',
    summary: 'Change a task',
    details: 'The status `done` sets `completedAt`, any other clears it: a done task may be opened again.',
    answer: taskData,
    takes: ['If-Match'],
    examples: { 'Complete it': { status: 'done' }, 'Take its due date away': { dueAt: null } },
  })
  update(
    @CurrentPrincipal() principal: Principal,
    @CurrentPreconditions() preconditions: Preconditions,
    @Param('id') id: string,
    @Body({ schema: taskPatch }) patch: TaskPatch,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<JsonText> {
    return this.tasks.update(principal, id, { patch, preconditions });
  }
}
