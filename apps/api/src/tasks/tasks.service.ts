import type { TasksQuery } from '@calkeep/contract';
import { Database } from '@calkeep/database';
import { Injectable } from '@nestjs/common';
import type { JsonText } from '../http/envelope.js';
import type { Principal } from '../http/principal.js';
import { foundOne, uuidFromPath } from '../resources/found.js';
import type { FoundList } from '../resources/found-walk.js';
import { Lists } from '../resources/lists.js';
import { TasksRepository } from './tasks.repository.js';

@Injectable()
export class TasksService {
  constructor(
    private readonly database: Database,
    private readonly tasks: TasksRepository,
    private readonly lists: Lists,
  ) {}

  async get(principal: Principal, id: string): Promise<JsonText> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return foundOne('task', await this.tasks.findById(db, uuidFromPath('task', id)));
  }

  list(principal: Pick<Principal, 'workspaceId'>, query: TasksQuery): Promise<FoundList> {
    const db = this.database.forWorkspace(principal.workspaceId);
    return this.lists.answer('tasks', db, query, (wanted) => this.tasks.findMany(db, wanted));
  }
}
