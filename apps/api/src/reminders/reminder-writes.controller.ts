import { newReminder, noQuery, type NewReminder, type NoQuery, reminderData } from '@calkeep/contract';
import { Body, Controller, Post, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import type { Answer } from '../http/answer.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import type { Principal } from '../http/principal.js';
import { CurrentSubmission, type Submission } from '../idempotency/current-submission.js';
import { ReminderWritesService } from './reminder-writes.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('api/v1/reminders')
export class ReminderWritesController {
  constructor(private readonly reminders: ReminderWritesService) {}

  @Post()
  @RequireScopes('reminders:write')
  @Describes({
    id: 'createReminder',
    summary: 'Create a reminder',
    details: 'The target is an object of the same workspace; one that is not is answered as one that does not exist.',
    answer: reminderData,
    takes: ['Idempotency-Key'],
    refusals: ['not_found'],
    examples: {
      'About a contact': {
        title: 'Call back',
        dueAt: '2027-03-01T15:00:00Z',
        target: { type: 'contact', id: 'con_01m82nw2zbe008ytd69596mhp2' },
      },
    },
  })
  create(
    @CurrentPrincipal() principal: Principal,
    @CurrentSubmission() submission: Submission,
    @Body({ schema: newReminder }) draft: NewReminder,
    @Query({ schema: noQuery }) _query: NoQuery,
  ): Promise<Answer> {
    return this.reminders.create(principal, submission, draft);
  }
}
