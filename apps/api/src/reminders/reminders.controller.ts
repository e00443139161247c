import { remindersQuery, type RemindersQuery, remindersData } from '@calkeep/contract';
import { Controller, Get, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import { CurrentAnswer, type PendingAnswer } from '../http/current-answer.js';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { linked } from '../resources/page-links.js';
import { RemindersService } from './reminders.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('api/v1/reminders')
export class RemindersController {
  constructor(private readonly reminders: RemindersService) {}

  @Get()
  @RequireScopes('reminders:read')
  @Describes({ id: 'listReminders', summary: 'Reminders, newest first', answer: remindersData, isList: true })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: remindersQuery }) query: RemindersQuery,
    @CurrentAnswer() answer: PendingAnswer,
  ): Promise<JsonText> {
    return linked(answer, await this.reminders.list(principal, query));
  }
}
