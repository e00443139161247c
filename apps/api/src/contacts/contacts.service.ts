import type { PageQuery } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { foundOne, foundPage, uuidFromPath } from '../resources/found.js';
import { ContactsRepository } from './contacts.repository.js';

@Injectable()
export class ContactsService {
  constructor(
    private readonly database: Database,
    private readonly contacts: ContactsRepository,
  ) {}

  async get(principal: Principal, id: string): Promise<JsonText> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return foundOne('contact', await this.contacts.findById(db, uuidFromPath('contact', id)));
  }

  async list(principal: Principal, page: PageQuery): Promise<JsonText> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return foundPage('contacts', page, await this.contacts.findMany(db, page));
  }
}
