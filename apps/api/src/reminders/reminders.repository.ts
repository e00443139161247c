import type { ReminderSort, SortFieldOf } from '@calkeep/contract';
import { id, instant, json, jsonObject, type JsonField, type WorkspaceDatabase } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { before, equals, since } from '../resources/filters.js';
import type { FoundRows } from '../resources/found-walk.js';
import type { ListWanted } from '../resources/lists.js';
import { resourceList, type SortKey } from '../resources/resource-list.js';

const targetOf = (kind: 'contact' | 'booking' | 'task') =>
  jsonObject({ type: json(`'${kind}'::text`), id: id(kind, `r.${kind}_id`) });

/** Exactly one of the columns is set (reminders_one_target). */
const target = `case when r.contact_id is not null then ${targetOf('contact')}
  when r.booking_id is not null then ${targetOf('booking')} else ${targetOf('task')} end`;

const table = 'reminders';

const fields: Record<string, JsonField> = {
  id: id('reminder', 'r.id'),
  title: json('r.title'),
  dueAt: instant('r.due_at'),
  status: json('r.status'),
  target: { sql: target },
  createdAt: instant('r.created_at'),
  updatedAt: instant('r.updated_at'),
};

const sorts: Record<SortFieldOf<ReminderSort>, SortKey> = {
  createdAt: { sql: 'r.created_at', type: 'timestamptz' },
  updatedAt: { sql: 'r.updated_at', type: 'timestamptz' },
  dueAt: { sql: 'r.due_at', type: 'timestamptz' },
};

const list = resourceList({
  ...{ table, fields, sorts },
  filters: {
    status: equals('r.status'),
    dueFrom: since('r.due_at'),
    dueTo: before('r.due_at'),
  },
});

@Injectable()
export class RemindersRepository {
  findMany(db: WorkspaceDatabase, wanted: ListWanted): Promise<FoundRows> {
    return list.findMany(db, wanted);
  }
}
