import type { CalendarAccountsQuery } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../http/principal.js';
import type { FoundList } from '../resources/found-walk.js';
import { Lists } from '../resources/lists.js';
import { CalendarHealthRepository } from './calendar-health.repository.js';

@Injectable()
export class CalendarHealthService {
  constructor(
    private readonly database: Database,
    private readonly accounts: CalendarHealthRepository,
    private readonly lists: Lists,
  ) {}

  list(principal: Principal, query: CalendarAccountsQuery): Promise<FoundList> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return this.lists.answer('calendarAccounts', db, query, (wanted) => this.accounts.findMany(db, wanted));
  }
}
