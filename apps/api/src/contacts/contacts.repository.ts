import type { ContactSort, SortFieldOf } from '@calkeep/contract';
import type { WorkspaceDatabase } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { contactFields } from './contact-fields.js';
import { before, since } from '../resources/filters.js';
import type { FoundRows } from '../resources/found-walk.js';
import type { ListWanted } from '../resources/lists.js';
import { resourceList, type SortKey } from '../resources/resource-list.js';
import { resourceStatements } from '../resources/resource-statements.js';

const table = 'contacts';

const fields = contactFields;

const sorts: Record<SortFieldOf<ContactSort>, SortKey> = {
  createdAt: { sql: 'r.created_at', type: 'timestamptz' },
  updatedAt: { sql: 'r.updated_at', type: 'timestamptz' },
};

const statements = resourceStatements({ table, fields });
const list = resourceList({
  ...{ table, fields, sorts },
  filters: {
    updatedSince: since('r.updated_at'),
    createdFrom: since('r.created_at'),
    createdTo: before('r.created_at'),
  },
});

@Injectable()
export class ContactsRepository {
  findById(db: WorkspaceDatabase, contactId: string): Promise<string | null> {
    return statements.findById(db, contactId);
  }

  findMany(db: WorkspaceDatabase, wanted: ListWanted): Promise<FoundRows> {
    return list.findMany(db, wanted);
  }
}
