import { calendarAccountsQuery, type CalendarAccountsQuery, calendarAccountsData } from '@calkeep/contract';
import { Controller, Get, Query } from '@nestjs/common';
import { RequireScopes } from '../http/access.js';
import { CurrentPrincipal } from '../http/current-principal.js';
import { CurrentAnswer, type PendingAnswer } from '../http/current-answer.js';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { linked } from '../resources/page-links.js';
import { CalendarHealthService } from './calendar-health.service.js';
import { Describes } from '../openapi/describes.js';

@Controller('api/v1/calendar-health')
export class CalendarHealthController {
  constructor(private readonly accounts: CalendarHealthService) {}

  @Get()
  @RequireScopes('calendar_health:read')
  @Describes({
    id: 'listCalendarAccounts',
    summary: 'Connected calendars, and whether they are in step',
    answer: calendarAccountsData,
    isList: true,
  })
  async list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: calendarAccountsQuery }) query: CalendarAccountsQuery,
    @CurrentAnswer() answer: PendingAnswer,
  ): Promise<JsonText> {
    return linked(answer, await this.accounts.list(principal, query));
  }
}
