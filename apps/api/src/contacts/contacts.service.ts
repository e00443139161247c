import type { ContactsQuery } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { foundOne, uuidFromPath } from '../resources/found.js';
import type { FoundList } from '../resources/found-walk.js';
import { Lists } from '../resources/lists.js';
import { ContactsRepository } from './contacts.repository.js';

@Injectable()
export class ContactsService {
  constructor(
    private readonly database: Database,
    private readonly contacts: ContactsRepository,
    private readonly lists: Lists,
  ) {}

  async get(principal: Principal, id: string): Promise<JsonText> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return foundOne('contact', await this.contacts.findById(db, uuidFromPath('contact', id)));
  }

  list(principal: Pick<Principal, 'workspaceId'>, query: ContactsQuery): Promise<FoundList> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return this.lists.answer('contacts', db, query, (wanted) => this.contacts.findMany(db, wanted));
  }
}
