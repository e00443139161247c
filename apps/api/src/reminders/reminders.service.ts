import type { RemindersQuery } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../http/principal.js';
import type { FoundList } from '../resources/found-walk.js';
import { Lists } from '../resources/lists.js';
import { RemindersRepository } from './reminders.repository.js';

@Injectable()
export class RemindersService {
  constructor(
    private readonly database: Database,
    private readonly reminders: RemindersRepository,
    private readonly lists: Lists,
  ) {}

  list(principal: Principal, query: RemindersQuery): Promise<FoundList> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return this.lists.answer('reminders', db, query, (wanted) => this.reminders.findMany(db, wanted));
  }
}
