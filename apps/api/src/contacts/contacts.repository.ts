import type { ContactSort, SortFieldOf } from '@calkeep/contract';
import type { WorkspaceDatabase } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import { contactFields } from './contact-fields.js';
import { before, since } from '../resources/filters.js';
import type { FoundRows } from '../resources/found-walk.js';
import type { ListWanted } from '../resources/lists.js';
import type { FilterCondition, SortKey } from '../resources/list-statement.js';
import { resourceList } from '../resources/resource-list.js';
import { resourceStatements } from '../resources/resource-statements.js';

const table = 'contacts';

const fields = contactFields;

const sorts: Record<SortFieldOf<ContactSort>, SortKey> = {
  createdAt: { sql: 'r.created_at', type: 'timestamptz' },
  updatedAt: { sql: 'r.updated_at', type: 'timestamptz' },
  lastName: { sql: 'r.last_name_key', type: 'text' },
  company: { sql: 'r.company_key', type: 'text' },
};

/** By operators that row-level security lets an index serve: see ADR 0017. */
function beginsWith(value: string): string {
  const keys = ['name_key', 'last_name_key', 'company_key', 'email_key'];
  return `(${keys.map((key) => `r.${key} ^@ app.search_key(${value})`).join(' or ')})`;
}

const taggedAs = (value: string) => `from contact_tags t where t.workspace_id = $1 and t.tag = ${value}::text`;
const hasTag: FilterCondition = {
  where: (value) => `exists (select ${taggedAs(value)} and t.contact_id = r.id)`,
  countAlone: (value) => `select count(*)::text ${taggedAs(value)}`,
};

const statements = resourceStatements({ table, fields });
const list = resourceList({
  ...{ table, fields, sorts },
  filters: {
    email: { where: (value) => `r.email_key = app.search_key(${value})`, isPoint: true },
    q: { where: beginsWith },
    tag: hasTag,
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
