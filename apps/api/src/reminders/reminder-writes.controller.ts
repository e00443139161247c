import { newReminder, noQuery, type NewReminder, type NoQuery } from '@calkeep/contract';
import { Body, Controller, Post, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import type { Answer } from '../http/answer.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import type { Principal } from '../http/principal.js';
import { CurrentSubmission, type Submission } from '../idempotency/current-submission.js';
import { ReminderWritesService } from './reminder-writes.service.js';

@Controller('api/v1/reminders')
export class ReminderWritesController {
  constructor(private readonly reminders: ReminderWritesService) {}

  @Post()
  @RequireScopes('reminders:write')
  create(
    @CurrentPrincipal() principal: Principal,
    @CurrentSubmission() submission: Submission,
    @Body({ schema: newReminder }) draft: NewReminder,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<Answer> {
    return this.reminders.create(principal, submission, draft);
  }
}
