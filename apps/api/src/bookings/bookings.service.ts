import type { PageQuery } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { foundOne, foundPage, uuidFromPath } from '../resources/found.js';
import { BookingsRepository } from './bookings.repository.js';

@Injectable()
export class BookingsService {
  constructor(
    private readonly database: Database,
    private readonly bookings: BookingsRepository,
  ) {}

  async get(principal: Principal, id: string): Promise<JsonText> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return foundOne('booking', await this.bookings.findById(db, uuidFromPath('booking', id)));
  }

  async list(principal: Principal, page: PageQuery): Promise<JsonText> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return foundPage('bookings', page, await this.bookings.findMany(db, page));
  }
}
