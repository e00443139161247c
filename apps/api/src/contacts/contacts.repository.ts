import { id, instant, json, type WorkspaceDatabase } from '@calkeep/database';
import type { PageQuery } from '@calkeep/contract';
import { Injectable } from '@nestjs/common';
import { resourceStatements, type Page } from '../resources/resource-statements.js';

const statements = resourceStatements({
  table: 'contacts',
  fields: {
    id: id('contact', 'r.id'),
    firstName: json('r.first_name'),
    lastName: json('r.last_name'),
    email: json('r.email'),
    phone: json('r.phone'),
    company: json('r.company'),
    title: json('r.title'),
    notes: json('r.notes'),
    tags: json('r.tags'),
    customFields: json('r.custom_fields'),
    createdAt: instant('r.created_at'),
    updatedAt: instant('r.updated_at'),
  },
});

@Injectable()
export class ContactsRepository {
  findById(db: WorkspaceDatabase, contactId: string): Promise<string | null> {
    return statements.findById(db, contactId);
  }

  findMany(db: WorkspaceDatabase, page: PageQuery): Promise<Page> {
    return statements.findMany(db, page);
  }
}
