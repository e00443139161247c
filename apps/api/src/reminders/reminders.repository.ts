import type { ReminderSort, SortFieldOf } from '@calkeep/contract';
import type { WorkspaceDatabase } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { before, equals, since } from '../resources/filters.js';
import type { FoundRows } from '../resources/found-walk.js';
import type { ListWanted } from '../resources/lists.js';
import type { SortKey } from '../resources/list-statement.js';
import { resourceList } from '../resources/resource-list.js';
import { reminderFields } from './reminder-fields.js';

const table = 'reminders';

const fields = reminderFields;

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
