import type { TaskSort, SortFieldOf } from '@calkeep/contract';
import type { WorkspaceDatabase } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { before, equals, refersTo } from '../resources/filters.js';
import type { FoundRows } from '../resources/found-walk.js';
import type { ListWanted } from '../resources/lists.js';
import type { SortKey } from '../resources/list-statement.js';
import { resourceList } from '../resources/resource-list.js';
import { resourceStatements } from '../resources/resource-statements.js';
import { taskFields } from './task-fields.js';

/** What is never due stands behind all that is. */
const dueAt = `coalesce(r.due_at, 'infinity'::timestamptz)`;

const table = 'tasks';

const fields = taskFields;

const sorts: Record<SortFieldOf<TaskSort>, SortKey> = {
  createdAt: { sql: 'r.created_at', type: 'timestamptz' },
  updatedAt: { sql: 'r.updated_at', type: 'timestamptz' },
  dueAt: { sql: dueAt, type: 'timestamptz' },
};

const statements = resourceStatements({ table, fields });
const list = resourceList({
  ...{ table, fields, sorts },
  filters: {
    status: equals('r.status'),
    contactId: refersTo('contact', 'r.contact_id'),
    dueBefore: before(dueAt),
  },
});

@Injectable()
export class TasksRepository {
  findById(db: WorkspaceDatabase, taskId: string): Promise<string | null> {
    return statements.findById(db, taskId);
  }

  findMany(db: WorkspaceDatabase, wanted: ListWanted): Promise<FoundRows> {
    return list.findMany(db, wanted);
  }
}
