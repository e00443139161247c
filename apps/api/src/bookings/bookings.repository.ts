import { id, instant, json, type WorkspaceDatabase } from '@calkeep/database';
import type { PageQuery } from '@calkeep/contract';
import { Injectable } from '@nestjs/common';
import { resourceStatements, type Page } from '../resources/resource-statements.js';

const statements = resourceStatements({
  table: 'bookings',
  fields: {
    id: id('booking', 'r.id'),
    title: json('r.title'),
    status: json('r.status'),
    startAt: instant('r.start_at'),
    endAt: instant('r.end_at'),
    timezone: json('r.timezone'),
    location: json('r.location'),
    contactId: id('contact', 'r.contact_id'),
    attendees: json('r.attendees'),
    cancellation: json('r.cancellation'),
    createdAt: instant('r.created_at'),
    updatedAt: instant('r.updated_at'),
  },
});

@Injectable()
export class BookingsRepository {
  findById(db: WorkspaceDatabase, bookingId: string): Promise<string | null> {
    return statements.findById(db, bookingId);
  }

  findMany(db: WorkspaceDatabase, page: PageQuery): Promise<Page> {
    return statements.findMany(db, page);
  }
}
