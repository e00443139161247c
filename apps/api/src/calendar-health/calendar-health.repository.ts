import type { CalendarAccountSort, SortFieldOf } from '@calkeep/contract';
import { id, instant, json, type JsonField, type WorkspaceDatabase } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { FoundRows } from '../resources/found-walk.js';
import type { ListWanted } from '../resources/lists.js';
import type { SortKey } from '../resources/list-statement.js';
import { resourceList } from '../resources/resource-list.js';

const table = 'calendar_accounts';

const fields: Record<string, JsonField> = {
  id: id('calendarAccount', 'r.id'),
  provider: json('r.provider'),
  email: json('r.email'),
  status: json('r.status'),
  lastSyncAt: instant('r.last_sync_at'),
  lastErrorCode: json('r.last_error_code'),
  updatedAt: instant('r.updated_at'),
};

const sorts: Record<SortFieldOf<CalendarAccountSort>, SortKey> = {
  createdAt: { sql: 'r.created_at', type: 'timestamptz' },
  updatedAt: { sql: 'r.updated_at', type: 'timestamptz' },
};

const list = resourceList({
  ...{ table, fields, sorts },
  filters: {},
});

@Injectable()
export class CalendarHealthRepository {
  findMany(db: WorkspaceDatabase, wanted: ListWanted): Promise<FoundRows> {
    return list.findMany(db, wanted);
  }
}
