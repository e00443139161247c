import type { WorkspaceDatabase } from '@calkeep/database';
import type { PageQuery } from '@calkeep/contract';
import { Injectable } from '@nestjs/common';
import { resourceStatements, type Page } from '../resources/resource-statements.js';
import { contactFields } from './contact-fields.js';

const statements = resourceStatements({ table: 'contacts', fields: contactFields });

@Injectable()
export class ContactsRepository {
  findById(db: WorkspaceDatabase, contactId: string): Promise<string | null> {
    return statements.findById(db, contactId);
  }

  findMany(db: WorkspaceDatabase, page: PageQuery): Promise<Page> {
    return statements.findMany(db, page);
  }
}
