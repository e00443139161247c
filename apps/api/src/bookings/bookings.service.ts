import type { BookingsQuery } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { foundOne, uuidFromPath } from '../resources/found.js';
import type { FoundList } from '../resources/found-walk.js';
import { Lists } from '../resources/lists.js';
import { BookingsRepository } from './bookings.repository.js';

@Injectable()
export class BookingsService {
  constructor(
    private readonly database: Database,
    private readonly bookings: BookingsRepository,
    private readonly lists: Lists,
  ) {}

  async get(principal: Principal, id: string): Promise<JsonText> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return foundOne('booking', await this.bookings.findById(db, uuidFromPath('booking', id)));
  }

  list(principal: Pick<Principal, 'workspaceId'>, query: BookingsQuery): Promise<FoundList> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return this.lists.answer('bookings', db, query, (wanted) => this.bookings.findMany(db, wanted));
  }
}
