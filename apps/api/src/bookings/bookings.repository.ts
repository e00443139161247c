import type { BookingSort, SortFieldOf } from '@calkeep/contract';
import { id, instant, json, type JsonField, type WorkspaceDatabase } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { before, equals, refersTo, since } from '../resources/filters.js';
import type { FoundRows } from '../resources/found-walk.js';
import type { ListWanted } from '../resources/lists.js';
import type { SortKey } from '../resources/list-statement.js';
import { resourceList } from '../resources/resource-list.js';
import { resourceStatements } from '../resources/resource-statements.js';

const table = 'bookings';

const fields: Record<string, JsonField> = {
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
};

const sorts: Record<SortFieldOf<BookingSort>, SortKey> = {
  createdAt: { sql: 'r.created_at', type: 'timestamptz' },
  updatedAt: { sql: 'r.updated_at', type: 'timestamptz' },
  startAt: { sql: 'r.start_at', type: 'timestamptz' },
};

const statements = resourceStatements({ table, fields });
const list = resourceList({
  ...{ table, fields, sorts },
  filters: {
    status: equals('r.status'),
    from: since('r.start_at'),
    to: before('r.start_at'),
    contactId: refersTo('contact', 'r.contact_id'),
    updatedSince: since('r.updated_at'),
  },
});

@Injectable()
export class BookingsRepository {
  findById(db: WorkspaceDatabase, bookingId: string): Promise<string | null> {
    return statements.findById(db, bookingId);
  }

  findMany(db: WorkspaceDatabase, wanted: ListWanted): Promise<FoundRows> {
    return list.findMany(db, wanted);
  }
}
